import { dirname } from 'node:path';

/** What a unit starts; absolute paths. */
export interface UnitPaths {
  readonly node: string;
  readonly cli: string;
  readonly state: string;
}

/** The units that there are, each as its text. */
export const systemdUnits = { heal: healUnit, collect: collectUnit } as const;

export type UnitName = keyof typeof systemdUnits;

/**
 * A systemd service that heals a deployment at boot (systemd.service(5), systemd.unit(5)). It counts as active after
 * that, so that it is run again with a Docker that is restarted. Another try may mend a Docker or an interface that
 * was not ready, but not wrong usage (2) and not a state that needs a decision (4). Pure.
 */
export function healUnit({ node, cli, state }: UnitPaths): string {
  const command = [node, cli, 'heal', '--state', state].map(word).join(' ');
  return `[Unit]
Description=DECNET deployment of ${specifiers(state)}
Requires=docker.service
Wants=network-online.target
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${command}
Restart=on-failure
RestartSec=15
RestartPreventExitStatus=2 4

[Install]
WantedBy=multi-user.target
`;
}

/**
 * A systemd service that collects the events of a deployment, and does nothing else: of the whole host, it may write
 * in the folder of the state file, and talk to Docker (systemd.exec(5)). It is not stopped with Docker, whose restart
 * it waits out. No `MemoryDenyWriteExecute`, which Node's compiler cannot live with. Pure.
 */
export function collectUnit({ node, cli, state }: UnitPaths): string {
  const command = [node, cli, 'collect', '--state', state].map(word).join(' ');
  return `[Unit]
Description=DECNET events of ${specifiers(state)}
Wants=docker.service
After=docker.service
StartLimitIntervalSec=0

[Service]
ExecStart=${command}
Restart=always
RestartSec=5
RestartPreventExitStatus=2
TimeoutStopSec=30
UMask=0077
ReadWritePaths=${word(dirname(state))}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** One word of a command line: quoted where it needs to be, and nothing in it is expanded (systemd.service(5)). */
function word(text: string): string {
  const plain = specifiers(text).replaceAll('$', () => '$$');
  return /^[\w./:@%+,=-]+$/.test(text) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

/** `%` begins a specifier everywhere in a unit. */
function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
