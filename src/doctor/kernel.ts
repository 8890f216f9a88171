import type { Host } from '../host/host.ts';
import { checkThat, type Part } from './report.ts';

interface Looking {
  readonly host: Pick<Host, 'missingForDisguise'>;
  /** `y`, `m` or `n` by option; null where the kernel does not tell. */
  readonly kernelOptions: () => Promise<Readonly<Record<string, string>> | null>;
}

/** What of the kernel a fleet needs. */
export async function kernelPart({ host, kernelOptions }: Looking): Promise<Omit<Part, 'title'>> {
  const options = await kernelOptions();
  const facts = Object.entries(options ?? {}).map(([name, value]) => ({ name, value }));
  const lacks = (...names: readonly string[]): boolean => names.every((name) => options?.[name] === 'n');
  return {
    facts: options === null ? [{ name: 'options', value: 'the kernel does not tell' }] : facts,
    checks: [
      ...(await checkThat('drivers of deckies', async () =>
        lacks('CONFIG_MACVLAN', 'CONFIG_IPVLAN')
          ? [
              {
                what: 'this kernel has neither macvlan nor ipvlan',
                remedy: 'Use a kernel with CONFIG_MACVLAN or CONFIG_IPVLAN.',
              },
            ]
          : [],
      )),
      ...(await checkThat('rules for what may leave a decky', async () =>
        lacks('CONFIG_NF_TABLES')
          ? [
              {
                what: 'this kernel has no nftables, so that nothing can keep a decky from calling out',
                remedy: 'Use a kernel with CONFIG_NF_TABLES, or set egress.policy: open.',
              },
            ]
          : [],
      )),
      ...(await checkThat('disguise of network stacks', async () => {
        const missing = await host.missingForDisguise();
        if (missing.length === 0) return [];
        const what = `the disguise will be weaker, since this kernel lacks ${missing.join(', ')}`;
        return [{ what, remedy: 'Deckies work all the same; for nmap -O they all look like Linux.' }];
      })),
    ],
  };
}
