/**
 * What Docker says when it fails, and what that means. Engine 26 to 28, compose 2.26 and later, buildx 0.13 and
 * later. `transient`: the same call may succeed a moment later. `fixable`: not by repeating it, but by the user, on
 * the host. `permanent`: not without a change to what was asked for.
 */
export interface Failure {
  readonly pattern: RegExp;
  readonly code: string;
  readonly kind: 'transient' | 'permanent' | 'fixable';
  readonly hint: string;
}

/** The first row that fits counts: what names its cause stands before what does not, the transient last. */
export const failures: readonly Failure[] = [
  // The socket of the engine. "docker API" instead of "Docker daemon" since client 28.4.
  {
    pattern: /permission denied while trying to connect to the docker|connect EACCES/i,
    code: 'DOCKER_DENIED',
    kind: 'fixable',
    hint: 'Run as root, or as a member of the group that owns the socket.',
  },
  {
    pattern:
      /Cannot connect to the Docker daemon|failed to connect to the docker API|connect (?:ENOENT|ECONNREFUSED)|error during connect/i,
    code: 'DOCKER_UNREACHABLE',
    kind: 'fixable',
    hint: 'Start it (`systemctl start docker`), or name its socket in DOCKER_HOST.',
  },
  // The host. Disk and mounts first: their texts come wrapped in those of everything else.
  {
    pattern: /no space left on device/i,
    code: 'NO_SPACE',
    kind: 'fixable',
    hint: 'Make room (`docker system df` shows what Docker holds), then run `decnet resume`.',
  },
  {
    // docker/docs 11397; with a HOME that may not be written, `ERROR: mkdir …/.docker/buildx` (repo2docker 1422).
    pattern: /read-only file system/i,
    code: 'READ_ONLY',
    kind: 'fixable',
    hint: 'Make that path writable: it is on a read-only mount, or the disk had errors and was remounted (`dmesg`).',
  },
  {
    // moby 26284, 49781; compose 11899: of a fixed IP, and not of a port, though it reads so.
    pattern: /address already in use/i,
    code: 'ADDRESS_IN_USE',
    kind: 'fixable',
    hint: 'Another container has that IP: `docker network inspect` names it. Remove it or give the decky another IP.',
  },
  {
    // moby 48069; since engine 27 with "invalid pool request: " in front.
    pattern: /Pool overlaps with other one on this address space/i,
    code: 'POOL_OVERLAP',
    kind: 'fixable',
    hint: 'Another Docker network has this subnet: find it with `docker network ls` and `inspect`, then remove it.',
  },
  {
    // libnetwork 1535, 1743
    pattern: /is already using parent interface/i,
    code: 'PARENT_TAKEN',
    kind: 'fixable',
    hint: 'Another Docker network stands on this interface: `docker network ls --filter driver=macvlan` (or ipvlan).',
  },
  {
    // libnetwork 964 (engine 28 words it the same); the kernel's EBUSY and EOPNOTSUPP
    pattern:
      /failed to create the (?:macvlan|ipvlan) port: operation not supported|minimum (?:macvlan|ipvlan) kernel/i,
    code: 'LINK_UNSUPPORTED',
    kind: 'fixable',
    hint: 'This kernel has no such driver: set `network.driver` to the other one.',
  },
  {
    pattern:
      /failed to create the (?:macvlan|ipvlan) port|ensure there are no (?:macvlan|ipvlan) networks using the same/i,
    code: 'PARENT_BUSY',
    kind: 'fixable',
    hint: 'macvlan and ipvlan cannot share an interface, and a bridge or bond port lends itself to neither: see `ip -d link`.',
  },
  {
    // libnetwork 2614 (where the second one reads "does was"). Docker takes any name that is no interface for that of a VLAN to be made.
    pattern:
      /invalid subinterface vlan name|-o parent interface (?:does )?was not found|looking up the (?:macvlan|ipvlan) parent iface/i,
    code: 'PARENT_MISSING',
    kind: 'fixable',
    hint: 'Look at `ip link` for the interfaces there are, and set `network.interface`.',
  },
  {
    // libnetwork 2273: two links of one parent with one MAC.
    pattern: /device or resource busy/i,
    code: 'DEVICE_BUSY',
    kind: 'fixable',
    hint: 'Something holds the device, maybe a link with the same MAC: look at `ip -d link`, then run `decnet resume`.',
  },
  {
    // moby 17217, 23302, 42119
    pattern: /has active endpoints/i,
    code: 'NETWORK_IN_USE',
    kind: 'fixable',
    hint: '`docker network inspect` names the containers in it; one that no longer exists goes with `docker network disconnect -f`.',
  },
  {
    pattern: /network with name \S+ already exists/i,
    code: 'NETWORK_EXISTS',
    kind: 'fixable',
    hint: 'Look at it with `docker network inspect`, and remove it if nobody needs it.',
  },
  {
    // compose 7454
    pattern: /The container name "[^"]*" is already in use/i,
    code: 'NAME_IN_USE',
    kind: 'fixable',
    hint: 'Look at that container with `docker inspect`, and remove it if nobody needs it.',
  },
  {
    // compose-cli 975
    pattern: /network \S+ declared as external, but could not be found|network \S+ not found/i,
    code: 'NETWORK_MISSING',
    kind: 'fixable',
    hint: 'It was removed behind our back: `decnet resume` makes it again.',
  },
  {
    pattern: /cannot join network (?:namespace )?of a non running container/i,
    code: 'BASE_NOT_RUNNING',
    kind: 'fixable',
    hint: 'The base container ended: `decnet logs` may tell why, `decnet resume` starts it again.',
  },
  {
    pattern: /No such container/i,
    code: 'CONTAINER_MISSING',
    kind: 'fixable',
    hint: 'It was removed behind our back: `decnet resume` makes it again.',
  },
  {
    pattern: /no configured subnet (?:or ip.range )?contains? (?:the )?IP address/i,
    code: 'ADDRESS_OUTSIDE',
    kind: 'permanent',
    hint: 'The Docker network is not the one of this fleet: `decnet step run network`, then `decnet resume`.',
  },
  // Images.
  {
    pattern: /exec format error/i,
    code: 'WRONG_ARCHITECTURE',
    kind: 'permanent',
    hint: 'The image is for another processor: remove it with `docker image rm` and build it here.',
  },
  {
    pattern: /toomanyrequests|pull rate limit/i,
    code: 'REGISTRY_LIMIT',
    kind: 'fixable',
    hint: 'The registry wants a pause or an account: `docker login`, then `decnet resume`.',
  },
  {
    // The engine's, and BuildKit's ways to say it (buildx 1611; without credentials at a registry that wants some: tried).
    pattern:
      /pull access denied|unexpected status from \w+ request to \S+: 40[13] |repository (?:\S+ )?does not exist|requested access to the resource is denied|unauthorized: authentication required|no basic auth credentials/i,
    code: 'IMAGE_DENIED',
    kind: 'permanent',
    hint: 'Check the name after FROM, and `docker login` if the repository is a private one.',
  },
  {
    pattern: /manifest unknown|failed to resolve source metadata for [^\n]*: not found/i,
    code: 'IMAGE_UNKNOWN',
    kind: 'permanent',
    hint: 'The registry has no such tag: check the name after FROM.',
  },
  {
    pattern: /No such image/i,
    code: 'IMAGE_MISSING',
    kind: 'fixable',
    hint: 'It was removed after it was built: `decnet resume` builds it again.',
  },
  // Compose. Without the plugin, the client takes its flags for its own; since 28 it says so in words.
  {
    pattern:
      /^unknown (?:shorthand )?flag: |'compose' is not a docker command|unknown command: docker compose/m,
    code: 'COMPOSE_MISSING',
    kind: 'fixable',
    hint: 'Install compose v2: the package docker-compose-plugin of Docker, or docker-compose 2 of your distribution.',
  },
  {
    pattern:
      /^validating \S+: |[Aa]dditional propert(?:y|ies) .* not allowed|^yaml: |invalid compose project|invalid interpolation format|(?:undefined|no such) (?:service|network)|no configuration file provided|^error decoding 'services/m,
    code: 'COMPOSE_INVALID',
    kind: 'permanent',
    hint: 'Compose refuses the generated file. Update the plugin (`docker compose version`); if that does not help, report it.',
  },
  // Builds. apt's own trouble first: its 404 means that a mirror moved on, not that the build is wrong.
  {
    pattern: /E: (?:Failed|Unable) to fetch|Temporary failure resolving|Hash Sum mismatch/,
    code: 'BUILD_FETCH_FAILED',
    kind: 'transient',
    hint: 'The package mirror did not deliver: `decnet resume`, and `decnet deploy --no-cache` if that is not enough.',
  },
  {
    // BuildKit, then the legacy builder
    pattern:
      /did not complete successfully: exit code|returned a non-zero code: \d+|dockerfile parse error|Dockerfile parse error|failed to (?:compute cache key|calculate checksum)|COPY failed|failed to read dockerfile|unknown instruction/,
    code: 'BUILD_FAILED',
    kind: 'permanent',
    hint: 'Mend the Dockerfile or its context, then run `decnet resume`.',
  },
  {
    pattern: /OCI runtime create failed|runc create failed/i,
    code: 'START_FAILED',
    kind: 'permanent',
    hint: 'The kernel or the image refuses what the compose file asks for: the message names it.',
  },
  // What passes.
  {
    pattern: /TLS handshake timeout/i,
    code: 'TLS_TIMEOUT',
    kind: 'transient',
    hint: 'The registry is slow: run `decnet resume`.',
  },
  {
    pattern: /connection reset by peer|ECONNRESET|socket hang up|broken pipe|EPIPE/i,
    code: 'CONNECTION_RESET',
    kind: 'transient',
    hint: 'The connection broke off: run `decnet resume`.',
  },
  {
    pattern:
      /i\/o timeout|context deadline exceeded|Client\.Timeout|ETIMEDOUT|request canceled while waiting for connection|operation timed out/i,
    code: 'DOCKER_TIMEOUT',
    kind: 'transient',
    hint: 'The engine or a registry is slow: run `decnet resume`.',
  },
  {
    // A registry. The engine's own socket has its rows at the top.
    pattern:
      /dial tcp:? [^\n]*(?:connection refused|server misbehaving|network is unreachable|no route to host)/i,
    code: 'REGISTRY_UNREACHABLE',
    kind: 'transient',
    hint: 'See whether the registry runs and is reached from this host, then run `decnet resume`.',
  },
  {
    pattern: /dial tcp: lookup [^\n]*no such host/i,
    code: 'REGISTRY_UNKNOWN',
    kind: 'fixable',
    hint: 'No name server knows this registry: check the name after FROM, and the name service of this host.',
  },
  {
    // docker/hub-feedback 2499, docker/cli 2141
    pattern:
      /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|HTTP code 50[234]/i,
    code: 'SERVER_ERROR',
    kind: 'transient',
    hint: 'The registry or the engine is in trouble: run `decnet resume` in a while.',
  },
  {
    pattern: /removal of container \S+ is already in progress|is marked for removal and cannot be/i,
    code: 'REMOVAL_RUNNING',
    kind: 'transient',
    hint: 'Docker is still removing that container: run `decnet resume`.',
  },
  {
    pattern: /\bEOF\s*$/m,
    code: 'CONNECTION_CUT',
    kind: 'transient',
    hint: 'The other side hung up: run `decnet resume`, and look at `journalctl -u docker` if it stays so.',
  },
];
