/** What a unit starts; absolute paths. */
export interface UnitPaths {
  readonly node: string;
  readonly cli: string;
  readonly state: string;
}

/**
 * A systemd service that heals a deployment at boot (systemd.service(5), systemd.unit(5)). It counts as active after
 * that, so that it is run again with a Docker that is restarted. Another try may mend a Docker or an interface that
 * was not ready, but not wrong usage (2) and not a state that needs a decision (4). Pure.
 */
export function systemdUnit({ node, cli, state }: UnitPaths): string {
  const command = [node, cli, 'resume', '--state', state].map(word).join(' ');
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

/** One word of a command line: quoted where it needs to be, and nothing in it is expanded (systemd.service(5)). */
function word(text: string): string {
  const plain = specifiers(text).replaceAll('$', () => '$$');
  return /^[\w./:@%+,=-]+$/.test(text) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

/** `%` begins a specifier everywhere in a unit. */
function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
