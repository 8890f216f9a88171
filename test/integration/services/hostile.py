"""Throws random and mutated messages at a service, or holds slow connections open; runs in the attacker's place.

Arguments: what to do (`throw` or `hold`) and a JSON object: ip, seed, count, conversations.
"""

import asyncio
import json
import random
import ssl
import sys

WORKERS = 16
MUTATIONS = 4
"""Mutated messages of one connection at most."""


def mutated(random, messages):
    """One message: random bytes, or a real one with something wrong."""
    if not messages or random.random() < 0.15:
        return random.randbytes(random.choice((1, 4, 16, 64, 300, 2000)))
    data = bytearray(random.choice(messages))
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(7)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << random.randrange(8)
        elif kind == 1 and data:
            data[at % len(data)] = random.choice((0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x22))
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            data[at:at] = random.randbytes(random.randrange(1, 40))
        elif kind == 4:
            del data[at : at + random.randrange(1, 8)]
        elif kind == 5:
            data[at : at + 4] = random.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\x00\x00\xff\xff"))
        else:
            data[at:at] = data[max(0, at - 32) : at] * random.randrange(1, 40)
    return bytes(data[:70_000])


class Thrower:
    def __init__(self, order):
        self.order = order
        self.random = random.Random(order["seed"])
        self.left = order["count"]
        self.refused = 0
        self.tls = ssl._create_unverified_context()
        self.tls.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        self.tls.set_ciphers("DEFAULT:@SECLEVEL=0")

    async def run(self):
        await asyncio.gather(*(self.work() for _ in range(WORKERS)))
        print(json.dumps({"thrown": self.order["count"] - self.left, "refused": self.refused}))

    async def work(self):
        while self.left > 0:
            conversation = self.random.choice(self.order["conversations"])
            messages = [bytes.fromhex(message) for message in conversation["messages"]]
            if conversation["protocol"] == "udp":
                await self.datagrams(conversation, messages)
            else:
                await self.connection(conversation, messages)

    async def datagrams(self, conversation, messages):
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(self.order["ip"], conversation["port"])
        )
        for _ in range(50):
            transport.sendto(mutated(self.random, messages)[:60_000])
            self.left -= 1
            await asyncio.sleep(0.002)
        transport.close()

    async def connection(self, conversation, messages):
        try:
            tls = self.tls if conversation.get("tls") else None
            reader, writer = await asyncio.wait_for(
                asyncio.open_connection(self.order["ip"], conversation["port"], ssl=tls), 20
            )
        except ConnectionRefusedError:
            # Only a server that is down refuses: one that has enough connections ends the oldest.
            self.refused += 1
            self.left -= 1
            return
        except (OSError, asyncio.TimeoutError):
            self.left -= 1
            return
        try:
            for message in messages[: self.random.randrange(len(messages) + 1)]:
                writer.write(message)
                await self.listen(reader)
            for _ in range(self.random.randrange(1, MUTATIONS + 1)):
                writer.write(mutated(self.random, messages))
                self.left -= 1
                await asyncio.wait_for(writer.drain(), 5)
                await self.listen(reader)
        except (OSError, EOFError, asyncio.TimeoutError):
            self.left -= 1
        finally:
            writer.transport.abort()

    async def listen(self, reader):
        try:
            if await asyncio.wait_for(reader.read(65_536), 0.05) == b"":
                raise EOFError
        except asyncio.TimeoutError:
            pass


class Held(asyncio.Protocol):
    """A slow connection, until the service ends it."""

    is_over = False

    def __init__(self, message):
        self.message = message

    def connection_made(self, transport):
        self.transport = transport

    def eof_received(self):
        self.is_over = True

    def connection_lost(self, _):
        self.is_over = True

    def say(self, turn):
        if not self.is_over:
            self.transport.write(self.message[turn % len(self.message) :][:1])


async def hold(order):
    """Connections that say one byte a second, until this is ended. Tells when all have been tried."""
    held = []
    for number in range(order["count"]):
        conversation = order["conversations"][number % len(order["conversations"])]
        if conversation["protocol"] == "udp":
            continue
        message = b"".join(bytes.fromhex(message) for message in conversation["messages"]) or b"x"
        connecting = asyncio.get_running_loop().create_connection(
            lambda: Held(message), order["ip"], conversation["port"]
        )
        try:
            held.append((await asyncio.wait_for(connecting, 10))[1])
        except (OSError, asyncio.TimeoutError):
            pass
    await settled(held)
    print("held", len(held), flush=True)
    for turn in range(600):
        for one in held:
            one.say(turn)
        await asyncio.sleep(1)


async def settled(held):
    """Until the service has ended those that are too many: one that it takes in later would end an honest client."""
    before = -1
    while before != (now := sum(one.is_over for one in held)):
        before = now
        await asyncio.sleep(2)


what, order = sys.argv[1], json.loads(sys.argv[2])
asyncio.run(Thrower(order).run() if what == "throw" else hold(order))
