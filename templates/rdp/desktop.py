"""RDP itself: who the client says that it is, and for who is let in a desktop on which nothing appears."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import info
import mcs
import share
import x224
from decnet_logins import Logins
from decnet_streams import Ended, Malformed, Stream

STEPS_LIMIT = 80
"""Messages until the client's info, or its list of fonts: one for each channel, and a few."""
TAKEN_OVER_SECONDS = 4.0
"""Until another connection takes the session."""


async def converse(stream: Stream, protocols: int, logins: Logins | None) -> None:
    """Up to the end of the session. `logins`: None of a client that has logged in before (NLA)."""
    client = mcs.client_of(await x224.packet(stream))
    stream.session.event("request", method="mcs-connect", client=client.name, build=client.build)
    await stream.send(mcs.connect_response(client, protocols))
    told = info.info_of(await _sent(stream, info.is_info))
    accepted = _judge(stream, told, client.name, logins)
    await stream.send(mcs.indication(info.licensed()))
    if accepted:
        await _show_nothing(stream, client)
    code = share.OTHER_CONNECTION if accepted else share.INSUFFICIENT_PRIVILEGES
    await stream.send(mcs.indication(share.error(code)))
    await stream.send(mcs.disconnect())


async def _sent(stream: Stream, is_wanted: Callable[[bytes], bool]) -> bytes:
    """The next data of a kind; channels are joined meanwhile, and other data passed over."""
    for _ in range(STEPS_LIMIT):
        body = mcs.body_of(await x224.packet(stream))
        kind = body[0] & 0xFC
        if kind == mcs.ATTACH_USER:
            await stream.send(mcs.attach_confirm())
        elif kind == mcs.JOIN_CHANNEL:
            await stream.send(mcs.join_confirm(body))
        elif kind == mcs.SEND_DATA:
            data = mcs.user_data_of(body)
            if is_wanted(data):
                return data
        elif kind == mcs.DISCONNECT:
            raise Ended("the client has left")
        elif kind != mcs.ERECT_DOMAIN:
            raise Malformed(f"MCS: a message of kind {kind:#x}", body)
    raise Malformed("MCS: messages without an end")


def _judge(stream: Stream, told: info.Info, client: str, logins: Logins | None) -> bool:
    session = stream.session
    if logins is None or not told.is_login:
        session.event("request", method="client-info", username=told.username, domain=told.domain)
        return logins is None
    accepted = logins.accepts(session.source, told.username, told.password)
    session.event(
        "auth",
        method="password",
        username=told.username,
        domain=told.domain,
        password=told.password,
        accepted=accepted,
        client=client,
    )
    return accepted


async def _show_nothing(stream: Stream, client: mcs.Client) -> None:
    await stream.send(mcs.indication(share.demand_active(client.width, client.height)))
    await _sent(stream, share.is_font_list)
    for message in share.finalization():
        await stream.send(mcs.indication(message))
    stream.session.event("request", method="desktop", size=f"{client.width}x{client.height}")
    # Keys and movements of the mouse are passed over.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_OVER_SECONDS):
            while await stream.some():
                pass
