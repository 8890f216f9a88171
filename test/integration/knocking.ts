import { linesOf, start } from './on-lab.ts';

/** What the attacker met with while it knocked. */
interface Knocks {
  readonly answered: number;
  readonly refused: number;
}

/** Connects some ten times a second, and says each time how it went. */
const program =
  'while :; do if nc -z -w 3 "$0" "$1"; then echo answered; else echo refused; fi; sleep 0.1; done';

/** The attacker knocks at a port of a decky while `work` goes on. */
export async function knockDuring(
  { ip, port }: { readonly ip: string; readonly port: number },
  work: () => Promise<unknown>,
): Promise<Knocks> {
  const knocking = await start('attacker', ['sh', '-c', program, ip, String(port)]);
  try {
    await work();
  } finally {
    process.kill(knocking.pid, 'SIGTERM');
  }
  const said = linesOf((await knocking.ended).stdout);
  const count = (word: string): number => said.filter((line) => line === word).length;
  return { answered: count('answered'), refused: count('refused') };
}
