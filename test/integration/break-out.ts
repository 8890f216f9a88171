import type { LabRole } from '../../src/lab/layout.ts';
import { linesOf, succeed } from './on-lab.ts';

interface Attempt {
  /** Where from: a container, or a role of the lab. */
  readonly container?: string;
  readonly user?: number;
  readonly role?: LabRole;
  readonly targets: readonly string[];
  /** Default: one of the ports that the listeners have. */
  readonly ports?: readonly number[];
}

/**
 * Tries every way out at once: TCP and UDP to each target and port, ICMP by both kinds of socket, and, from a
 * container, a name by Docker's resolver. A way counts when anything came back. Answers the ways that led anywhere,
 * sorted.
 */
export async function tryToGetOut({
  container,
  user,
  role,
  targets,
  ports,
}: Attempt): Promise<readonly string[]> {
  const program = ['python3', '-c', attempts, targets.join(), (ports ?? [7001]).join()];
  const printed =
    container === undefined
      ? await succeed(role ?? 'attacker', ...program)
      : await succeed(
          'host',
          'docker',
          'exec',
          '--user',
          String(user ?? 0),
          container,
          ...program,
          'resolve',
        );
  const lines = linesOf(printed);
  if (lines.at(-1) !== 'tried all') throw new Error(`The attempts did not come to their end: ${printed}`);
  return lines.slice(0, -1).sort();
}

const attempts = `
import socket, struct, sys, threading
targets, ports = sys.argv[1].split(","), [int(port) for port in sys.argv[2].split(",")]
found = []
def attempt(way, work):
    def run():
        try:
            if work(): found.append(way)
        except OSError: pass
    thread = threading.Thread(target=run); thread.start(); return thread
def tcp(ip, port):
    with socket.create_connection((ip, port), 1.5) as s: return s.recv(9) == b"hello"
def udp(ip, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1.5); s.sendto(b"ask", (ip, port)); return s.recv(9) == b"hello"
def icmp(ip, kind):
    with socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP) as s:
        s.settimeout(1.5); body = struct.pack("!BBHHH", 8, 0, 0, 7, 1)
        check = 0xffff & ~((0x0800 + 7 + 1) % 0xffff)
        s.sendto(body[:2] + struct.pack("!H", check) + body[4:], (ip, 0)); return len(s.recv(99)) > 0
def resolve():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1.5)
        name = b"".join(bytes([len(p)]) + p for p in socket.gethostname().encode().split(b"."))
        s.sendto(struct.pack("!HHHHHH", 7, 256, 1, 0, 0, 0) + name + b"\\0\\0\\1\\0\\1", ("127.0.0.11", 53))
        return len(s.recv(512)) > 0
threads = []
for ip in targets:
    for port in ports:
        threads.append(attempt(f"tcp {ip}:{port}", lambda ip=ip, port=port: tcp(ip, port)))
        threads.append(attempt(f"udp {ip}:{port}", lambda ip=ip, port=port: udp(ip, port)))
    for name, kind in (("icmp", socket.SOCK_DGRAM), ("raw icmp", socket.SOCK_RAW)):
        threads.append(attempt(f"{name} {ip}", lambda ip=ip, kind=kind: icmp(ip, kind)))
if "resolve" in sys.argv: threads.append(attempt("a name", resolve))
for thread in threads: thread.join()
print(*found, "tried all", sep="\\n")
`;
