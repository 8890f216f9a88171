"""What phones, routers and booting machines would fetch from the decky. Nothing of it is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decnet_directory import directory_of, own_address

if TYPE_CHECKING:
    from decnet_identity import Identity

TYPE7 = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
"""The key of Cisco's passwords of type 7, which hide nothing."""
PHONES = {"yealink": "805ec0", "grandstream": "000b82", "cisco": "0018b9"}


def files_of(identity: Identity) -> dict[str, bytes]:
    """Content by path."""
    if identity.distro.startswith("cisco-"):
        return _routers(identity, identity.hostname)
    return (
        _phones(identity)
        | _routers(identity, f"core-sw{identity.number('tftp/switch', 1, 3)}")
        | _boot(identity)
    )


def _secret(identity: Identity, name: str) -> str:
    return identity.derive(f"tftp/{name}", 6).hex()


def _phones(identity: Identity) -> dict[str, bytes]:
    address = own_address(identity)
    person = directory_of(identity).people[0]
    extension = identity.number("tftp/extension", 100, 899)
    password = _secret(identity, "sip")
    admin = _secret(identity, "admin")
    yealink = f"""#!version:1.0.0.1
account.1.enable = 1
account.1.label = {extension}
account.1.display_name = {person.name}
account.1.user_name = {extension}
account.1.auth_name = {extension}
account.1.password = {password}
account.1.sip_server.1.address = {address}
security.user_password = admin:{admin}
"""
    grandstream = f"""<?xml version="1.0" encoding="UTF-8" ?>
<gs_provision version="1">
  <config version="1">
    <P2>{admin}</P2>
    <P47>{address}</P47>
    <P35>{extension}</P35>
    <P36>{extension}</P36>
    <P34>{password}</P34>
  </config>
</gs_provision>
"""
    cisco = f"""proxy1_address: "{address}"
line1_name: "{extension}"
line1_authname: "{extension}"
line1_password: "{password}"
phone_password: "{admin}"
"""
    own = identity.derive("tftp/phone", 3).hex()
    return {
        "y000000000028.cfg": yealink.encode(),
        f"{PHONES['yealink']}{own}.cfg": yealink.encode(),
        "cfg.xml": grandstream.encode(),
        f"cfg{PHONES['grandstream']}{own}.xml": grandstream.encode(),
        "SIPDefault.cnf": cisco.encode(),
        f"SIP{(PHONES['cisco'] + own).upper()}.cnf": cisco.encode(),
    }


def _routers(identity: Identity, name: str) -> dict[str, bytes]:
    account = directory_of(identity).services[0].account
    text = f"""!
version 15.2
service password-encryption
hostname {name}
!
enable password 7 {_type7(identity, "enable")}
username {account} privilege 15 password 7 {_type7(identity, "router")}
!
interface Vlan1
 ip address {own_address(identity)} 255.255.255.0
!
snmp-server community {_secret(identity, "community")} RW
line vty 0 4
 login local
 transport input telnet ssh
end
"""
    return {
        path: text.encode() for path in ("router-confg", "startup-config", "running-config", f"{name}-confg")
    }


def _type7(identity: Identity, name: str) -> str:
    password = _secret(identity, name).encode()
    start = identity.number(f"tftp/{name}/salt", 0, 15)
    hidden = bytes(byte ^ TYPE7[(start + at) % len(TYPE7)] for at, byte in enumerate(password))
    return f"{start:02d}{hidden.hex().upper()}"


def _boot(identity: Identity) -> dict[str, bytes]:
    kickstart = f"http://{own_address(identity)}/ks/{_secret(identity, 'kickstart')}.cfg"
    text = f"""DEFAULT install
PROMPT 0
LABEL install
  KERNEL vmlinuz
  APPEND initrd=initrd.img ks={kickstart} rootpw={_secret(identity, "root")}
"""
    return {"pxelinux.cfg/default": text.encode()}
