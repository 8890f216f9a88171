import { createSocket, type Socket } from 'node:dgram';

/** The discard service (RFC 863): nobody listens there, and nobody minds. */
const discardPort = 9;

/** How many datagrams wait in the kernel for an answer to their ARP request at a time. */
const atOnce = 64;

/** Sends an empty datagram to each address, so that the kernel looks for its neighbour. What comes back is ignored. */
export async function sendDatagrams(addresses: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  // An unreachable host is reported here long after the send: it is the answer that the caller reads elsewhere.
  socket.on('error', () => {});
  try {
    for (let start = 0; start < addresses.length; start += atOnce) {
      await Promise.all(addresses.slice(start, start + atOnce).map((address) => send(socket, address)));
    }
  } finally {
    await new Promise<void>((resolve) => {
      socket.close(() => resolve());
    });
  }
}

function send(socket: Socket, address: string): Promise<void> {
  return new Promise((resolve) => {
    socket.send('', discardPort, address, () => resolve());
  });
}
