#!/bin/bash
# The init of the virtual machine: mounts what a Linux needs, runs the tests, prints their report on the console
# and switches off. There is no network device, the root and the shares are read-only; what is written is memory.
export PATH=/usr/sbin:/usr/bin:/node HOME=/root TERM=dumb NO_COLOR=1 XDG_CACHE_HOME=/cache

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
ln -s /proc/self/fd /dev/fd
mount -t devpts devpts /dev/pts
for folder in /dev/shm /run /tmp /var /root /opt; do mount -t tmpfs -o size=1300M tmpfs "$folder"; done
mkdir -p /var/lib /var/log /var/tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up

# Tests write beside the code (caches of vite and Python): into memory, over the checkout.
mount -t hostfs -o ro,/cache none /cache/decnet
mount -t hostfs -o ro,/node none /node
mkdir -p /run/checkout/{upper,work}
mount -t overlay -o lowerdir=/checkout,upperdir=/run/checkout/upper,workdir=/run/checkout/work none /checkout

cd /checkout || exit 1
node node_modules/vitest/vitest.mjs run --project ipvlan --reporter=verbose --reporter=json --outputFile.json=/run/report.json </dev/null 2>&1 | cat
{
  read -r hash _ < <(sha256sum /run/report.json)
  echo "$(stat -c %s /run/report.json) $hash"
  base64 --wrap=200 /run/report.json
  echo end
} | sed 's/^/=report= /'

# Without power-off, the end of this process would be a panic.
echo o >/proc/sysrq-trigger
sleep infinity
