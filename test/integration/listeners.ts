import type { LabRole } from '../../src/lab/layout.ts';
import { eventually, linesOf, type Started, start } from './on-lab.ts';

/** Servers on TCP and UDP at every role's addresses, ports 7001 to 7003, that greet whoever comes. */
export interface Listeners {
  /** Who came since the last `forget`, as `host tcp 198.51.100.70`. */
  heard(): readonly string[];
  forget(): void;
  close(): Promise<void>;
}

const roles: readonly LabRole[] = ['host', 'attacker', 'neighbour'];

export async function listenEverywhere(): Promise<Listeners> {
  const servers = new Map<LabRole, Started>();
  for (const role of roles) servers.set(role, await start(role, ['python3', '-u', '-c', server]));
  await eventually('all of them listen', () =>
    [...servers.values()].every((one) => one.printed().includes('listening')),
  );
  const all = (): readonly string[] =>
    [...servers].flatMap(([role, one]) =>
      linesOf(one.printed())
        .filter((line) => line !== 'listening')
        .map((line) => `${role} ${line}`),
    );
  let known = 0;
  return {
    heard: () => all().slice(known),
    forget: () => {
      known = all().length;
    },
    close: async () => {
      for (const one of servers.values()) if (one.isRunning()) process.kill(one.pid, 'SIGKILL');
      await Promise.allSettled([...servers.values()].map(({ ended }) => ended));
    },
  };
}

const server = `
import select, socket
sockets = []
for port in (7001, 7002, 7003):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = socket.socket(socket.AF_INET, kind); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("0.0.0.0", port)); sockets.append(s)
        if kind == socket.SOCK_STREAM: s.listen(64)
print("listening")
while True:
    for s in select.select(sockets, [], [])[0]:
        if s.type == socket.SOCK_STREAM:
            c, peer = s.accept(); print("tcp", peer[0]); c.sendall(b"hello"); c.close()
        else:
            _, peer = s.recvfrom(99); print("udp", peer[0]); s.sendto(b"hello", peer)
`;
