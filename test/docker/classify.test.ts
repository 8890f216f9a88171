import { describe, expect, it } from 'vitest';
import { classifyDocker } from '../../src/docker/classify.ts';
import { failures } from '../../src/docker/failures.ts';

const context = { action: 'bring up decnet-office' };

type Case = readonly [code: string, kind: 'transient' | 'permanent' | 'fixable', text: string];

/** Texts as the programs print them; where they were found stands at the row of `failures.ts`. */
const cases: readonly Case[] = [
  [
    'DOCKER_DENIED',
    'fixable',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info": dial unix /var/run/docker.sock: connect: permission denied',
  ],
  [
    'DOCKER_DENIED',
    'fixable',
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
  ],
  ['DOCKER_DENIED', 'fixable', 'connect EACCES /var/run/docker.sock'],
  [
    'DOCKER_UNREACHABLE',
    'fixable',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ],
  [
    'DOCKER_UNREACHABLE',
    'fixable',
    'ERROR: failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
  ],
  ['DOCKER_UNREACHABLE', 'fixable', 'connect ENOENT /var/run/docker.sock'],
  ['DOCKER_UNREACHABLE', 'fixable', 'connect ECONNREFUSED /var/run/docker.sock'],
  [
    'NO_SPACE',
    'fixable',
    'failed to register layer: write /usr/lib/python3/dist-packages/x.py: no space left on device',
  ],
  ['READ_ONLY', 'fixable', 'ERROR: mkdir /root/.docker/buildx: read-only file system'],
  [
    'READ_ONLY',
    'fixable',
    'Error response from daemon: mkdir /var/lib/docker/tmp/docker-builder125433410: read-only file system',
  ],
  ['ADDRESS_IN_USE', 'fixable', 'Error response from daemon: Address already in use'],
  [
    'ADDRESS_IN_USE',
    'fixable',
    'Error response from daemon: failed to set up container networking: Address already in use',
  ],
  [
    'POOL_OVERLAP',
    'fixable',
    '(HTTP code 403) forbidden - Pool overlaps with other one on this address space ',
  ],
  [
    'POOL_OVERLAP',
    'fixable',
    'Error response from daemon: invalid pool request: Pool overlaps with other one on this address space',
  ],
  [
    'PARENT_TAKEN',
    'fixable',
    '(HTTP code 500) server error - network dm-68eba91a51dd is already using parent interface eth0 ',
  ],
  [
    'LINK_UNSUPPORTED',
    'fixable',
    'Error response from daemon: failed to create the ipvlan port: operation not supported',
  ],
  [
    'PARENT_BUSY',
    'fixable',
    'Error response from daemon: failed to create the macvlan port: device or resource busy',
  ],
  [
    'PARENT_BUSY',
    'fixable',
    'Error response from daemon: Failed creating veth2db7a06, ensure there are no macvlan networks using the same `-o parent`: operation not supported',
  ],
  [
    'PARENT_MISSING',
    'fixable',
    '(HTTP code 500) server error - invalid subinterface vlan name eth9, example formatting is eth0.10 ',
  ],
  [
    'PARENT_MISSING',
    'fixable',
    'Error response from daemon: -o parent interface was not found on the host: eth9',
  ],
  [
    'PARENT_MISSING',
    'fixable',
    'Error response from daemon: error occurred looking up the macvlan parent iface eth9 error: Link not found',
  ],
  [
    'DEVICE_BUSY',
    'fixable',
    'failed to add interface veth4cb464e to sandbox: failed to set link up: device or resource busy',
  ],
  [
    'NETWORK_IN_USE',
    'fixable',
    '(HTTP code 403) unexpected - error while removing network: network decnet-office id 469e10dee4ac has active endpoints ',
  ],
  [
    'NETWORK_EXISTS',
    'fixable',
    '(HTTP code 409) unexpected - network with name decnet-office already exists ',
  ],
  [
    'NAME_IN_USE',
    'fixable',
    'Error response from daemon: Conflict. The container name "/decnet-office.files-7" is already in use by container "211e8f29b46d". You have to remove (or rename) that container to be able to reuse that name.',
  ],
  ['NETWORK_MISSING', 'fixable', 'network decnet-office declared as external, but could not be found'],
  [
    'BASE_NOT_RUNNING',
    'fixable',
    'Error response from daemon: cannot join network of a non running container: 211e8f29b46d',
  ],
  ['CONTAINER_MISSING', 'fixable', '(HTTP code 404) no such container - No such container: 211e8f29b46d '],
  [
    'ADDRESS_OUTSIDE',
    'permanent',
    'Error response from daemon: invalid config for network decnet-office: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 203.0.113.9',
  ],
  ['WRONG_ARCHITECTURE', 'permanent', '#5 0.229 exec /bin/sh: exec format error'],
  [
    'REGISTRY_LIMIT',
    'fixable',
    'Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
  ],
  [
    'IMAGE_DENIED',
    'permanent',
    "Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  [
    'IMAGE_DENIED',
    'permanent',
    'ERROR: failed to solve: nosuch: failed to resolve source metadata for docker.io/library/nosuch:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ],
  [
    'IMAGE_UNKNOWN',
    'permanent',
    'Error response from daemon: manifest for debian:nosuch not found: manifest unknown: manifest unknown',
  ],
  [
    'IMAGE_UNKNOWN',
    'permanent',
    'ERROR: failed to solve: debian:nosuch: failed to resolve source metadata for docker.io/library/debian:nosuch: docker.io/library/debian:nosuch: not found',
  ],
  ['IMAGE_MISSING', 'fixable', 'Error response from daemon: No such image: decnet/ssh:0123456789ab'],
  ['COMPOSE_MISSING', 'fixable', 'unknown flag: --ansi\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]'],
  ['COMPOSE_MISSING', 'fixable', "docker: 'compose' is not a docker command.\nSee 'docker --help'"],
  [
    'COMPOSE_INVALID',
    'permanent',
    'validating /srv/c.yml: services.web Additional property foo is not allowed',
  ],
  [
    'COMPOSE_INVALID',
    'permanent',
    "validating /srv/c.yml: services.web additional properties 'foo' not allowed",
  ],
  [
    'COMPOSE_INVALID',
    'permanent',
    'service "web" depends on undefined service "db": invalid compose project',
  ],
  [
    'COMPOSE_INVALID',
    'permanent',
    'invalid interpolation format for services.web.image.\nYou may need to escape any $ with another $.\n${a',
  ],
  ['COMPOSE_INVALID', 'permanent', 'yaml: mapping values are not allowed in this context'],
  [
    'COMPOSE_INVALID',
    'permanent',
    "decoding failed due to the following error(s):\n\nerror decoding 'services[web].mem_limit': invalid size: 'zz'",
  ],
  [
    'BUILD_FETCH_FAILED',
    'transient',
    '2.800 E: Failed to fetch http://mirror.example/pool/main/e/exim4/exim4-base_4.96-15_amd64.deb  404  Not Found [IP: 192.0.2.1 80]\nERROR: failed to solve: process "/bin/sh -c apt-get install -y exim4" did not complete successfully: exit code: 100',
  ],
  [
    'BUILD_FAILED',
    'permanent',
    'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
  ],
  ['BUILD_FAILED', 'permanent', "The command '/bin/sh -c false' returned a non-zero code: 1"],
  [
    'BUILD_FAILED',
    'permanent',
    'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: COPPY',
  ],
  [
    'BUILD_FAILED',
    'permanent',
    'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref ab::cd: "/server.py": not found',
  ],
  [
    'START_FAILED',
    'permanent',
    'Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: open /proc/sys/net/ipv4/nosuch: no such file or directory: unknown',
  ],
  [
    'TLS_TIMEOUT',
    'transient',
    'Error response from daemon: Head "https://registry-1.docker.io/v2/library/debian/manifests/bookworm-slim": net/http: TLS handshake timeout',
  ],
  [
    'CONNECTION_RESET',
    'transient',
    'read tcp 192.0.2.2:43210->192.0.2.1:443: read: connection reset by peer',
  ],
  ['CONNECTION_RESET', 'transient', 'socket hang up'],
  [
    'DOCKER_TIMEOUT',
    'transient',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  ],
  ['DOCKER_TIMEOUT', 'transient', 'dial tcp 192.0.2.1:443: i/o timeout'],
  ['DOCKER_TIMEOUT', 'transient', 'failed to create shim task: context deadline exceeded: unknown'],
  [
    'REGISTRY_UNREACHABLE',
    'transient',
    'Error response from daemon: Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
  ],
  [
    'REGISTRY_UNKNOWN',
    'fixable',
    'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example on 192.0.2.53:53: no such host',
  ],
  [
    'SERVER_ERROR',
    'transient',
    'Error response from daemon: Head "https://registry-1.docker.io/v2/moby/buildkit/manifests/buildx-stable-1": received unexpected HTTP status: 503 Service Unavailable',
  ],
  ['SERVER_ERROR', 'transient', '(HTTP code 503) unexpected - <html>no server</html> '],
  [
    'REMOVAL_RUNNING',
    'transient',
    '(HTTP code 409) conflict - removal of container 211e8f29b46d is already in progress ',
  ],
  [
    'CONNECTION_CUT',
    'transient',
    'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
  ],
];

describe('what Docker says', () => {
  it.each(cases)('is %s, %s: %s', (code, kind, text) => {
    const error = classifyDocker(text, context);
    expect(error).toMatchObject({ code, retryable: kind === 'transient' });
    expect(failures.find((row) => row.code === code)?.kind).toBe(kind);
    expect(error.hint).toBeTruthy();
  });

  it('has a text here for every row of the table', () => {
    const tried = new Set(cases.map(([code]) => code));
    expect(failures.map((row) => row.code).filter((code) => !tried.has(code))).toEqual([]);
  });

  it('is kept when nobody knows it, and not tried again', () => {
    expect(classifyDocker('something new\n', context)).toMatchObject({
      code: 'DOCKER_FAILED',
      message: 'Could not bring up decnet-office: something new',
      retryable: false,
    });
  });

  it('may pass when the engine itself answers 500 with words that nobody knows', () => {
    expect(classifyDocker('(HTTP code 500) server error - boom', { ...context, status: 500 })).toMatchObject({
      message: 'Could not bring up decnet-office: boom',
      retryable: true,
    });
  });

  it('is not final for a bare "not found"', () => {
    expect(classifyDocker('E: Unable to fetch some archives: not found', context).retryable).toBe(true);
  });
});

it('quotes the line that was recognized, without progress, warnings and prefixes', () => {
  const text = [
    'time="2026-01-01T00:00:00Z" level=warning msg="a network is not what it was"',
    ' Container decnet-office.files-7  Starting',
    'Error response from daemon: Address already in use',
    '',
  ].join('\n');
  expect(classifyDocker(text, context).message).toBe(
    'Could not bring up decnet-office: Address already in use',
  );
});

it('never takes an old line of a long output for the reason', () => {
  const text = ['connection reset by peer', ...Array.from({ length: 100 }, (_, i) => `line ${i}`)].join('\n');
  expect(classifyDocker(text, context).code).toBe('DOCKER_FAILED');
});
