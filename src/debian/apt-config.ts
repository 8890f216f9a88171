import { join } from 'node:path';

/** Packages that are to come from another release than the rest. */
export interface Pin {
  readonly release: string;
  readonly packages: readonly string[];
}

/**
 * Configuration for `apt-get -c`, read after the machine's own, which keeps its proxy and such. All of
 * apt's state moves to `folder`; the machine's hooks are cleared, since they delete in /var/cache/apt.
 */
export function aptConfiguration(folder: string, status: string): string {
  const settings: Record<string, string> = {
    'Dir::State': folder,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': status,
    'Dir::State::extended_states': join(folder, 'extended_states'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::Archives': join(folder, 'archives'),
    'Dir::Log': folder,
    'Dir::Etc::sourcelist': join(folder, 'decnet.sources'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': join(folder, 'preferences'),
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'APT::Install-Suggests': 'false',
    'APT::Keep-Downloaded-Packages': 'true',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const cleared = ['APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'DPkg'];
  const lines = [
    ...cleared.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
  ];
  return `${lines.join('\n')}\n`;
}

/** apt_preferences(5): from the pin's release only its packages, and what nothing else offers. */
export function aptPreferences(pin: Pin | null): string {
  if (pin === null) return '';
  const paragraphs = [
    ['Package: *', `Pin: release n=${pin.release}*`, 'Pin-Priority: 50'],
    [`Package: ${pin.packages.join(' ')}`, `Pin: release n=${pin.release}*`, 'Pin-Priority: 900'],
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
