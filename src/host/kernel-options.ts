import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/**
 * What rules of a disguise are made with: tables of family ip, numbers from a counter, resets (the kernel's
 * net/netfilter/Kconfig and net/ipv4/netfilter/Kconfig).
 */
const disguiseOptions = ['NF_TABLES', 'NF_TABLES_IPV4', 'NFT_NUMGEN', 'NFT_REJECT_IPV4'];

/** The first kernel whose nftables can shift a number (nft_bitwise.c). */
const firstWithShifts = [5, 6] as const;

/** Which of that this kernel lacks, by its own account; none where it gives none. Needs no right. */
export async function readMissingForDisguise(): Promise<readonly string[]> {
  return missingForDisguise(release(), await readConfig());
}

/** `config`: the kernel's, as /proc/config.gz has it; null where it is nowhere to be read. */
export function missingForDisguise(version: string, config: string | null): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const isOld = major < firstWithShifts[0] || (major === firstWithShifts[0] && minor < firstWithShifts[1]);
  if (isOld) return [`Linux ${firstWithShifts.join('.')}`];
  if (config === null) return [];
  const set = optionsSet(config);
  return disguiseOptions.filter((option) => !set.has(option)).map((option) => `CONFIG_${option}`);
}

/** What deckies are made with: the links of each driver, and rules for what may leave. */
const fleetOptions = ['MACVLAN', 'IPVLAN', 'VETH', 'OVERLAY_FS', ...disguiseOptions];

/** How this kernel has what a fleet may need, by option: `y` built in, `m` a module, `n` not; null where it does not tell. */
export async function readKernelOptions(): Promise<Readonly<Record<string, string>> | null> {
  const config = await readConfig();
  if (config === null) return null;
  const set = optionsSet(config);
  return Object.fromEntries(fleetOptions.map((option) => [`CONFIG_${option}`, set.get(option) ?? 'n']));
}

function optionsSet(config: string): ReadonlyMap<string, string> {
  return new Map(
    [...config.matchAll(/^CONFIG_(\w+)=([ym])$/gm)].map(([, name = '', how = '']) => [name, how]),
  );
}

async function readConfig(): Promise<string | null> {
  try {
    return (await promisify(gunzip)(await readFile('/proc/config.gz'))).toString();
  } catch {
    return readFile(`/boot/config-${release()}`, 'utf8').catch(() => null);
  }
}
