import type { MachineVerdict, ServiceVerdict } from './verdict.ts';

/** `docs/realism.md`: what an attacker's nmap makes of one decky of every archetype. */
export function reportOf(
  machines: readonly MachineVerdict[],
  services: readonly ServiceVerdict[],
  nmap: string,
): string {
  const right = (all: readonly boolean[]): string => `${all.filter(Boolean).length} of ${all.length}`;
  return `# Realism, as measured

Written by \`npm run realism\`: one decky of every archetype, scanned from the attacker's place by ${nmap}
(\`-sS -sU -sV -O\`). What is wrong stands here as wrong.

- Services recognised as what they claim: ${right(services.map((one) => one.isRight))}
- Systems recognised as their family: ${right(machines.map((one) => one.isOsRight))}
- MACs recognised as their vendor's: ${right(machines.map((one) => one.isVendorRight))}

## Machines

${markdownTable(
  ['archetype', 'distro', 'OS family', 'nmap -O', '', 'MAC vendor', 'as nmap has it', ''],
  machines.map((one) => [
    one.archetype,
    one.distro,
    one.family,
    one.os,
    mark(one.isOsRight),
    one.vendor,
    one.seenVendor,
    mark(one.isVendorRight),
  ]),
)}

## Services

${markdownTable(
  ['service', 'port', 'archetype', 'distro', 'claim', 'nmap -sV', ''],
  services.map((one) => [
    one.service,
    one.port,
    one.archetype,
    one.distro,
    one.claim,
    one.seen,
    mark(one.isRight),
  ]),
)}
`;
}

function mark(isRight: boolean): string {
  return isRight ? 'right' : '**wrong**';
}

function markdownTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What nmap read came from a decky: nothing of it may end a cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
