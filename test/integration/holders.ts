import { hostEnvironment } from '../../src/lab/command.ts';
import { labNetwork, namespaceOf } from '../../src/lab/layout.ts';
import { execute } from '../../src/process/execute.ts';
import { labRecord, run, succeed } from './on-lab.ts';

const link = labNetwork.interface;

/** The MAC that the neighbour answers with. */
export async function neighbourMac(): Promise<string> {
  const [found] = JSON.parse(await succeed('neighbour', 'ip', '-j', 'link', 'show', 'dev', link));
  return found.address;
}

/** The neighbour takes addresses of the LAN. */
export async function take(...addresses: readonly string[]): Promise<void> {
  for (const ip of addresses) await succeed('neighbour', 'ip', 'address', 'add', `${ip}/32`, 'dev', link);
}

/** The neighbour gives addresses back, whether it has them or not. */
export async function release(...addresses: readonly string[]): Promise<void> {
  for (const ip of addresses) await run('neighbour', 'ip', 'address', 'delete', `${ip}/32`, 'dev', link);
}

/** A macvlan child of the lab host's interface in a namespace of its own, as another program's container has. */
export interface Child {
  readonly mac: string;
  remove(): Promise<void>;
}

export async function addChild(address: string): Promise<Child> {
  const env = hostEnvironment(await labRecord(), process.env);
  const ip = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await execute('ip', args, { env });
    if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  };
  const namespace = `decnet-child-${process.pid}`;
  const mac = '02:00:5e:00:00:99';
  await ip('netns', 'add', namespace);
  const child = ['link', 'add', 'link', link, 'name', 'child0', 'netns', namespace, 'address', mac];
  await ip('-n', namespaceOf('host'), ...child, 'type', 'macvlan', 'mode', 'bridge');
  await ip('-n', namespace, 'link', 'set', 'child0', 'up');
  await ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'child0');
  return { mac, remove: () => ip('netns', 'delete', namespace) };
}
