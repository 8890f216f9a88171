import type { Holder, Host, Patience } from '../host/host.ts';

/** The answers of a wired LAN take a millisecond; who sleeps on Wi-Fi hears a broadcast some hundred later. */
const patience: Patience = { rounds: 2, wait: 225 };

interface Answer {
  readonly ip: string;
  readonly link: string;
  /** Null: nobody spoke up. */
  readonly holder: Holder | null;
}

/** Asks on several links at a time who holds the addresses; those that could not be asked are left out. */
export async function askOn(
  host: Pick<Host, 'findHolders'>,
  links: readonly string[],
  addresses: readonly string[],
): Promise<readonly Answer[]> {
  const answers = await Promise.all(
    links.map(async (link) =>
      [...(await host.findHolders(link, addresses, patience))].map(([ip, holder]) => ({ ip, link, holder })),
    ),
  );
  return answers.flat();
}
