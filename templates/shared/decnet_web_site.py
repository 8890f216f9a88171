"""Which web interface a decky has: by its distro, or as its options say."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import decnet_web_cameras
import decnet_web_jenkins
import decnet_web_nas
import decnet_web_phones
import decnet_web_plc
import decnet_web_printers
import decnet_web_routers
import decnet_web_servers
import decnet_web_virtual
import decnet_web_windows
from decnet_logins import Logins
from decnet_uptime import uptime_of
from decnet_web_login import LoginSite
from decnet_web_product import Facts, Product

if TYPE_CHECKING:
    from decnet_identity import Identity

_FAMILIES = (
    decnet_web_servers,
    decnet_web_windows,
    decnet_web_printers,
    decnet_web_nas,
    decnet_web_cameras,
    decnet_web_routers,
    decnet_web_virtual,
    decnet_web_plc,
    decnet_web_phones,
)
PRODUCTS: dict[str, Product] = {
    **{name: product for family in _FAMILIES for name, product in family.PRODUCTS.items()},
    **decnet_web_jenkins.PRODUCTS,
}
BY_DISTRO: dict[str, str] = {
    distro: name for family in _FAMILIES for distro, name in family.BY_DISTRO.items()
}


def product_name(distro: str, config: Mapping[str, Any]) -> str:
    """The name of the product: the option's, nginx for a Server header of nginx, or the distro's."""
    if config["product"]:
        return config["product"]
    return "nginx" if config["server"].startswith("nginx") else BY_DISTRO.get(distro, "apache")


def site_of(identity: Identity, config: Mapping[str, Any], *, tls: bool) -> LoginSite:
    """The decky's site. Options: product, server, title, accept, accept_after."""
    product = PRODUCTS[product_name(identity.distro, config)]
    return LoginSite(product, facts_of(identity, product, config), Logins(config), identity, tls)


def facts_of(identity: Identity, product: Product, config: Mapping[str, Any]) -> Facts:
    """The values for the product's templates."""
    mac = identity.mac or "02:" + identity.derive("web/mac", 5).hex(":")
    facts = Facts(
        hostname=identity.hostname,
        fqdn=identity.fqdn,
        ip=identity.ip,
        port=str(identity.port),
        mac=mac.upper(),
        macplain=mac.replace(":", "").upper(),
        hue=str(identity.number("http/hue", 0, 359)),
        uptime=str(uptime_of(identity)),
        etag=identity.derive("web/etag", 6).hex(),
        modified=formatdate(identity.number("web/modified", 1_600_000_000, 1_720_000_000), usegmt=True),
    )
    if product.facts is not None:
        facts = facts.with_values(**product.facts(identity))
    server = config["server"] or facts.fill(product.server)
    title = config["title"] or facts.fill(product.title)
    return facts.with_values(server=server, title=title)
