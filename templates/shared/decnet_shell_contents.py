"""What stands in the files that a shell shows, drawn for the decky."""

from __future__ import annotations

from decnet_shell_machine import Machine

HISTORIES = (
    "df -h\nsudo tail -n 50 /var/log/syslog\nuptime\nexit\n",
    "ls -la /srv\ncd /var/backups\nls -lt | head\nexit\n",
    "systemctl status ssh\njournalctl -u ssh -n 20\nfree -m\n",
    "sudo apt update\nsudo apt upgrade\nsudo reboot\n",
    "top\nps aux | grep backup\ncat /etc/cron.d/backup\nexit\n",
)
SYSTEM_ACCOUNTS = (
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
    "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
    "sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
)


def notes_of(machine: Machine) -> str:
    """What somebody has written down."""
    hour = 1 + machine.serial % 4
    target = machine.ip.rpartition(".")[0] + f".{10 + machine.serial % 40}"
    person = (*machine.people, "ops")[0]
    return f"backup runs at 0{hour}:30, see /etc/cron.d/backup\ntarget {target}, ask {person}\n"


def texts_of(machine: Machine, username: str, home: str) -> dict[str, str]:
    """The files of the system."""
    fqdn = f"{machine.hostname}.{machine.domain}\t{machine.hostname}" if machine.domain else machine.hostname
    found = {
        "/etc/hostname": f"{machine.hostname}\n",
        "/etc/hosts": f"127.0.0.1\tlocalhost\n127.0.1.1\t{fqdn}\n",
        "/etc/resolv.conf": f"nameserver {machine.ip.rpartition('.')[0]}.1\n",
        "/etc/passwd": _passwd(machine, username, home),
        "/etc/group": "root:x:0:\n",
        "/etc/shadow": "".join(f"{name}:*:19700:0:99999:7:::\n" for name in ("root", *machine.people)),
        "/proc/cpuinfo": _cpuinfo(machine),
        "/proc/meminfo": _meminfo(machine),
        "/proc/version": f"{machine.system} version {machine.kernel} (gcc) {machine.build}\n",
        "/proc/uptime": f"{machine.uptime}.41 {machine.uptime * machine.cores}.07\n",
        "/proc/loadavg": "0.02 0.04 0.00 1/142 2841\n",
        "/proc/mounts": _mounts(machine),
        "/proc/self/exe": "",
        "/dev/null": "",
    }
    if machine.is_busybox:
        return found | {
            "/bin/busybox": "\x7fELF\x01\x01\x01" + "\0" * 9,
            "/etc/init.d/rcS": "#!/bin/sh\nmount -a\n",
        }
    name = machine.title.split(" ")[0]
    backup = f"30 {1 + machine.serial % 4} * * * root /usr/local/bin/backup.sh\n"
    return found | {
        "/etc/os-release": f'PRETTY_NAME="{machine.title}"\nNAME="{name}"\nID={name.lower()}\n',
        "/etc/cron.d/backup": backup,
        "/etc/fstab": "UUID=0a3c /  ext4  errors=remount-ro  0  1\n",
        "/etc/issue": f"{machine.title} \\n \\l\n\n",
        "/etc/ssh/sshd_config": "PermitRootLogin yes\nPasswordAuthentication yes\nUsePAM yes\n",
        "/usr/local/bin/backup.sh": "#!/bin/sh\nset -e\ntar czf /var/backups/etc.tgz /etc\n",
        "/var/backups/etc.tgz": "\x1f\x8b\x08",
        ("/var/log/secure" if machine.is_red_hat else "/var/log/auth.log"): "",
        ("/var/log/messages" if machine.is_red_hat else "/var/log/syslog"): "",
    }


def _passwd(machine: Machine, username: str, home: str) -> str:
    if machine.is_busybox:
        own = "" if username == "root" else f"{username}:x:1000:1000:Linux User,,,:{home}:/bin/sh\n"
        return f"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/var:/bin/false\n{own}"
    names = dict.fromkeys((*machine.people, *([] if username == "root" else [username])))
    people = "".join(
        f"{name}:x:{1000 + place}:{1000 + place}::/home/{name}:/bin/bash\n"
        for place, name in enumerate(names)
    )
    return f"root:x:0:0:root:/root:/bin/bash\n{SYSTEM_ACCOUNTS}{people}"


def _cpuinfo(machine: Machine) -> str:
    if machine.architecture != "x86_64":
        head = f"system type\t\t: {machine.title}\nprocessor\t\t: 0\n"
        return f"{head}cpu model\t\t: {machine.processor}\nBogoMIPS\t\t: 385.84\n"
    vendor = "AuthenticAMD" if "AMD" in machine.processor else "GenuineIntel"
    return "\n".join(
        f"processor\t: {number}\nvendor_id\t: {vendor}\ncpu family\t: 6\nmodel name\t: {machine.processor}\n"
        f"cpu MHz\t\t: 2394.{machine.serial % 900 + 100}\ncache size\t: 16384 KB\nphysical id\t: 0\n"
        f"siblings\t: {machine.cores}\ncore id\t\t: {number}\ncpu cores\t: {machine.cores}\n"
        "flags\t\t: fpu vme de pse tsc msr pae sse sse2 lm\n"
        for number in range(machine.cores)
    )


def _meminfo(machine: Machine) -> str:
    used = used_memory(machine)
    rows = {
        "MemTotal": machine.memory,
        "MemFree": machine.memory - used,
        "MemAvailable": machine.memory - used // 2,
    }
    rows |= {"Buffers": used // 20, "Cached": used // 3, "SwapTotal": 0, "SwapFree": 0}
    return "".join(f"{name + ':':<16}{size:>8} kB\n" for name, size in rows.items())


def used_memory(machine: Machine) -> int:
    """In kB."""
    return machine.memory * (35 + machine.serial % 40) // 100


def used_disk(machine: Machine) -> int:
    """In kB."""
    return machine.disk * (12 + machine.serial % 50) // 100


def _mounts(machine: Machine) -> str:
    if machine.is_busybox:
        return "rootfs / rootfs rw 0 0\nproc /proc proc rw,relatime 0 0\ntmpfs /tmp tmpfs rw,relatime 0 0\n"
    return "/dev/sda1 / ext4 rw,relatime 0 0\nproc /proc proc rw,nosuid 0 0\ntmpfs /run tmpfs rw,nosuid 0 0\n"
