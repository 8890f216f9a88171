/** A command that decnet advises, without the word `decnet`; or to put the backup of the state file in its place. */
export type Advised = readonly string[] | 'restore-backup';

const advisable: readonly string[] = ['deploy', 'resume', 'rollback', 'teardown'];

/** What the last error tells to do, in its order, as a user reads it. Pure. */
export function adviceIn(printed: string): readonly Advised[] {
  const error = printed.slice(Math.max(0, printed.lastIndexOf('decnet: '), printed.lastIndexOf('\nerror: ')));
  const backup: readonly Advised[] = /Put the backup \S+ in its place/.test(error) ? ['restore-backup'] : [];
  const commands = [...error.matchAll(/\bdecnet ([a-z]+)((?: --accept-changes| --name NAME)*)/g)];
  return [
    ...backup,
    ...commands
      .filter(([, command = '']) => advisable.includes(command))
      .map(([, command = '', args = '']) => [command, ...args.split(' ').filter((word) => word !== '')]),
  ];
}
