"""Commands of the network: the decky's own address, and nobody beyond it that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_shell import Shell


def _target(words: list[str]) -> str:
    """The host of the first word that looks like one."""
    for word in words:
        if not word.startswith("-") and ("." in word or "/" in word or ":" in word):
            host = word.split("://", 1)[-1].split("/", 1)[0]
            return host.rpartition("@")[2].split(":", 1)[0][:255]
    return ""


def _is_address(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdecimal() and len(part) < 4 and int(part) < 256 for part in parts)


def _wget(shell: Shell, words: list[str], piped: str) -> str:
    host = _target(words)
    quiet = any(word in {"-q", "--quiet"} or word.startswith("-q") for word in words)
    if not host:
        return shell.fail("wget: missing URL\n")
    shell.status = 4
    if shell.machine.is_busybox:
        wrong = f"can't connect to remote host ({host}): Connection timed out"
        return f"wget: {wrong if _is_address(host) else f'bad address {chr(39)}{host}{chr(39)}'}\n"
    if quiet:
        return ""
    if _is_address(host):
        return f"Connecting to {host}:80... failed: Connection timed out.\nGiving up.\n\n"
    wrong = "failed: Temporary failure in name resolution."
    return f"Resolving {host} ({host})... {wrong}\nwget: unable to resolve host address '{host}'\n"


def _curl(shell: Shell, words: list[str], piped: str) -> str:
    host = _target(words)
    if not host:
        shell.status = 2
        return "curl: try 'curl --help' for more information\n"
    quiet = any(
        word.startswith("-") and not word.startswith("--") and "s" in word and "S" not in word
        for word in words
    )
    shell.status = 28 if _is_address(host) else 6
    if quiet:
        return ""
    if _is_address(host):
        return f"curl: (28) Failed to connect to {host} port 80 after 130211 ms: Couldn't connect to server\n"
    return f"curl: (6) Could not resolve host: {host}\n"


def _ping(shell: Shell, words: list[str], piped: str) -> str:
    host = next((word for word in reversed(words) if not word.startswith("-")), "")
    if not host:
        return shell.fail("ping: usage error: Destination address required\n")
    shell.status = 1
    if not _is_address(host):
        bad = "bad address" if shell.machine.is_busybox else "Temporary failure in name resolution"
        return f"ping: {bad} '{host}'\n" if shell.machine.is_busybox else f"ping: {host}: {bad}\n"
    return (
        f"PING {host} ({host}) 56(84) bytes of data.\n\n--- {host} ping statistics ---\n"
        "4 packets transmitted, 0 received, 100% packet loss, time 3066ms\n\n"
    )


def _unresolved(shell: Shell, words: list[str], piped: str) -> str:
    host = _target(words) or (words[-1] if words else "")
    if not host:
        return shell.fail("usage error: no host\n")
    shell.status = 1
    wrong = "Connection timed out" if _is_address(host) else "Temporary failure in name resolution"
    return f"{host}: {wrong}\n"


def _ifconfig(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    broadcast = machine.ip.rpartition(".")[0] + ".255"
    received = 40_000 + machine.serial % 900_000
    return (
        f"eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
        f"        inet {machine.ip}  netmask 255.255.255.0  broadcast {broadcast}\n"
        f"        ether {machine.mac}  txqueuelen 1000  (Ethernet)\n"
        f"        RX packets {received}  bytes {received * 181}\n"
        f"        TX packets {received // 2}  bytes {received * 77}\n\n"
        "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n\n"
    )


def _ip(shell: Shell, words: list[str], piped: str) -> str:
    machine = shell.machine
    network = machine.ip.rpartition(".")[0]
    what = next((word for word in words if not word.startswith("-")), "")
    if what.startswith("r"):
        route = f"{network}.0/24 dev eth0 proto kernel scope link src {machine.ip}"
        return f"default via {network}.1 dev eth0\n{route}\n"
    if what.startswith("n"):
        return f"{network}.1 dev eth0 lladdr 00:1b:21:{machine.mac[-8:]} REACHABLE\n"
    if not what.startswith(("a", "l")):
        return shell.fail("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n")
    return (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n"
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP "
        "group default qlen 1000\n"
        f"    link/ether {machine.mac} brd ff:ff:ff:ff:ff:ff\n"
        f"    inet {machine.ip}/24 brd {network}.255 scope global eth0\n"
    )


def _netstat(shell: Shell, words: list[str], piped: str) -> str:
    port = 22 if shell.service == "ssh" else 23
    return (
        "Active Internet connections (servers and established)\n"
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State\n"
        f"tcp        0      0 0.0.0.0:{port}              0.0.0.0:*               LISTEN\n"
    )


def _ss(shell: Shell, words: list[str], piped: str) -> str:
    port = 22 if shell.service == "ssh" else 23
    head = "State   Recv-Q  Send-Q   Local Address:Port   Peer Address:Port\n"
    return f"{head}LISTEN  0       128            0.0.0.0:{port}          0.0.0.0:*\n"


NETWORK = {
    **dict.fromkeys(
        ("ssh", "scp", "nc", "ncat", "telnet", "tftp", "ftpget", "ftp", "nslookup", "dig", "host"),
        _unresolved,
    ),
    "curl": _curl,
    "ifconfig": _ifconfig,
    "ip": _ip,
    "netstat": _netstat,
    "ping": _ping,
    "ss": _ss,
    "wget": _wget,
}
