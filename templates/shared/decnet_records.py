"""The records of a small business that does not exist: what an intruder finds in a decky's databases.

All databases of one decky tell of the same people and orders; those of another decky of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decnet_identity import Identity

Value = str | int | None

FIRST_NAMES = (
    "alice anna bernd carla daniel elena erik fatima felix greta hugo ines jan julia karim laura lukas maria "
    "mila nadia nils olga paul petra rafael rosa samuel sofia tomas vera"
).split()
LAST_NAMES = (
    "albers becker castro dietrich engel fischer garcia hansen ivanova jansen keller lindner moreau novak "
    "olsen petrov quint richter santos schulz tanaka ulrich varga weber yilmaz zimmer"
).split()
CITIES = "Antwerp Basel Bergen Bilbao Brno Bremen Gdansk Ghent Graz Leipzig Lyon Malmo Porto Turin".split()
TRADES = "Logistics Trading Metalworks Foods Textiles Optics Timber Packaging Energy Instruments".split()
DATABASES = ("shop", "crm", "erp", "webapp", "orders", "portal", "intranet", "billing")
BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Column:
    """A column; `kind` is one of integer, numeric, text and timestamp."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table with all its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def database_of(identity: Identity) -> str:
    """Name of the application's database."""
    return identity.choose("records/database", DATABASES)


def tables_of(identity: Identity) -> dict[str, Table]:
    """The application's tables by name."""
    customers = identity.number("records/customers", 24, 60)
    tables = (
        _users(identity),
        _customers(identity, customers),
        _orders(identity, customers),
        _keys(identity),
    )
    return {table.name: table for table in tables}


def _table(name: str, columns: str, rows: list[tuple[Value, ...]]) -> Table:
    pairs = (column.split(":") for column in columns.split())
    return Table(name, tuple(Column(*pair) for pair in pairs), tuple(rows))


def _moment(identity: Identity, name: str) -> str:
    start = datetime(2022, 1, 10, 7, tzinfo=timezone.utc)
    return f"{start + timedelta(seconds=identity.number(name, 0, 80_000_000)):%Y-%m-%d %H:%M:%S}"


def _users(identity: Identity) -> Table:
    rows: list[tuple[Value, ...]] = []
    for number in range(1, identity.number("records/users", 8, 14) + 1):
        first = identity.choose(f"records/user/{number}/first", FIRST_NAMES)
        last = identity.choose(f"records/user/{number}/last", LAST_NAMES)
        salted = identity.derive(f"records/user/{number}/password", 53)
        password = "$2y$10$" + "".join(BCRYPT[byte % 64] for byte in salted)
        email = f"{first}.{last}@{identity.domain or 'intra.lan'}"
        role = (
            "admin"
            if number == 1
            else identity.choose(f"records/user/{number}/role", ("editor", "user", "user"))
        )
        login = _moment(identity, f"records/user/{number}/login")
        rows.append((number, first[0] + last, email, password, role, login))
    columns = "id:integer username:text email:text password_hash:text role:text last_login:timestamp"
    return _table("users", columns, rows)


def _customers(identity: Identity, count: int) -> Table:
    rows: list[tuple[Value, ...]] = []
    for number in range(1, count + 1):
        owner = identity.choose(f"records/customer/{number}/owner", LAST_NAMES).title()
        trade = identity.choose(f"records/customer/{number}/trade", TRADES)
        city = identity.choose(f"records/customer/{number}/city", CITIES)
        cents = identity.number(f"records/customer/{number}/balance", 0, 9_000_000)
        since = _moment(identity, f"records/customer/{number}/since")
        rows.append((number, f"{owner} {trade}", city, f"{cents // 100}.{cents % 100:02}", since))
    return _table("customers", "id:integer name:text city:text balance:numeric created_at:timestamp", rows)


def _orders(identity: Identity, customers: int) -> Table:
    rows: list[tuple[Value, ...]] = []
    first = identity.number("records/order", 1000, 40_000)
    moments = sorted(
        _moment(identity, f"records/order/{number}/at")
        for number in range(identity.number("records/orders", 60, 120))
    )
    for number, moment in enumerate(moments):
        customer = identity.number(f"records/order/{number}/customer", 1, customers)
        cents = identity.number(f"records/order/{number}/total", 900, 900_000)
        status = identity.choose(f"records/order/{number}/status", ("paid", "paid", "shipped", "open"))
        rows.append((first + number, customer, f"{cents // 100}.{cents % 100:02}", status, moment))
    return _table(
        "orders", "id:integer customer_id:integer total:numeric status:text created_at:timestamp", rows
    )


def _keys(identity: Identity) -> Table:
    names = ("billing", "shipping", "newsletter", "monitoring", "mobile-app")
    rows: list[tuple[Value, ...]] = [
        (
            number,
            name,
            identity.derive(f"records/key/{name}", 20).hex(),
            _moment(identity, f"records/key/{name}/at"),
        )
        for number, name in enumerate(names[: identity.number("records/keys", 3, 5)], 1)
    ]
    return _table("api_keys", "id:integer name:text token:text created_at:timestamp", rows)
