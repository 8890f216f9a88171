"""What the SSH server of each distro and device is, and what it offers. Data."""

from __future__ import annotations

from dataclasses import dataclass

from decnet_distros import DISTROS, distro_of

CURVES = ("curve25519-sha256", "curve25519-sha256@libssh.org")
NIST = ("ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521")
BIG_GROUPS = (
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
)
CTR = ("aes128-ctr", "aes192-ctr", "aes256-ctr")
SHA2_ETM = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com")
SHA2 = ("hmac-sha2-256", "hmac-sha2-512")


@dataclass(frozen=True)
class Offer:
    """The lists of a server's KEXINIT (RFC 4253 section 7.1), in its order, less what asyncssh has not."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    compression: tuple[str, ...] = ("none", "zlib@openssh.com")


OPENSSH = Offer(
    kex=(*CURVES, *NIST, "diffie-hellman-group-exchange-sha256", *BIG_GROUPS),
    ciphers=("chacha20-poly1305@openssh.com", *CTR, "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"),
    macs=(*SHA2_ETM, "hmac-sha1-etm@openssh.com", *SHA2, "hmac-sha1"),
)
OPENSSH_7 = Offer(
    kex=(
        *OPENSSH.kex[:-1],
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
    ciphers=(*OPENSSH.ciphers, "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    macs=OPENSSH.macs,
)
RED_HAT_9 = Offer(
    kex=OPENSSH.kex,
    ciphers=(
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
        "aes256-ctr",
        "aes128-gcm@openssh.com",
        "aes128-ctr",
    ),
    macs=(
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha1-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha1",
        "hmac-sha2-512",
    ),
)
DROPBEAR = Offer(
    kex=(*CURVES, *NIST, "diffie-hellman-group14-sha256", "diffie-hellman-group14-sha1"),
    ciphers=("chacha20-poly1305@openssh.com", "aes128-ctr", "aes256-ctr"),
    macs=("hmac-sha1", "hmac-sha2-256"),
    compression=("zlib@openssh.com", "none"),
)
CISCO = Offer(
    kex=("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1"),
    ciphers=("aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "3des-cbc"),
    macs=("hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"),
    compression=("none",),
)
ROUTEROS = Offer(
    kex=(*CURVES[:1], *NIST[:1], "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256"),
    ciphers=("aes192-ctr", "aes128-ctr", "aes256-ctr"),
    macs=SHA2,
    compression=("none",),
)

# Versions of devices are those that people report of these releases; a firmware may have another.
OTHERS: dict[str, tuple[str, Offer]] = {
    "freebsd-14": ("OpenSSH_9.6 FreeBSD-20240701", OPENSSH),
    "pfsense-27": ("OpenSSH_9.4", OPENSSH),
    "macos-14": ("OpenSSH_9.6", OPENSSH),
    "windows-10": ("OpenSSH_for_Windows_8.1", OPENSSH),
    "windows-11": ("OpenSSH_for_Windows_8.6", OPENSSH),
    "windows-server-2019": ("OpenSSH_for_Windows_7.7", OPENSSH),
    "windows-server-2022": ("OpenSSH_for_Windows_8.1", OPENSSH),
    "vmware-esxi7": ("OpenSSH_8.8", OPENSSH),
    "synology-dsm7": ("OpenSSH_8.2", OPENSSH),
    "qnap-qts5": ("OpenSSH_8.8", OPENSSH),
    "axis-m3045": ("OpenSSH_8.8", OPENSSH),
    "grandstream-ucm": ("dropbear_2020.81", DROPBEAR),
    "openwrt-23": ("dropbear", DROPBEAR),
    "mikrotik-ros7": ("ROSSSH", ROUTEROS),
    "cisco-ios15": ("Cisco-1.25", CISCO),
    "cisco-iosxe17": ("Cisco-1.25", CISCO),
}
OFFERS = {"centos7": OPENSSH_7, "rocky9": RED_HAT_9, "fedora": RED_HAT_9}


def server_of(distro: str) -> tuple[str, Offer]:
    """Software version (RFC 4253 section 4.2) and offer of the distro's server."""
    if distro in OTHERS:
        return OTHERS[distro]
    if distro in DISTROS:
        return distro_of(distro).ssh, OFFERS.get(distro, OPENSSH)
    return "dropbear_2019.78", DROPBEAR


def key_kinds_of(distro: str) -> tuple[str, ...]:
    """The host keys that the server has. What is no OpenSSH of a distro often has the one of RSA alone."""
    version, _ = server_of(distro)
    if version.startswith("OpenSSH"):
        return "ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519"
    return ("ssh-rsa", "ssh-ed25519") if version.startswith("dropbear") else ("ssh-rsa",)
