import { expect, it } from 'vitest';
import { adviceIn } from '../../src/chaos/advice.ts';

it.each<[string, string, readonly unknown[]]>([
  [
    'commands, in the order in which they are told',
    'decnet: A rollback is not finished (run 1)\nFinish it with: decnet resume. Or: decnet teardown',
    [['resume'], ['teardown']],
  ],
  [
    'what has to be added to them',
    'decnet: The fleet file changed\nGo on: decnet resume --accept-changes. Or: decnet rollback',
    [['resume', '--accept-changes'], ['rollback']],
  ],
  [
    'the backup of a damaged state file',
    'decnet: The state file /a is damaged\nPut the backup /a.backup in its place, or: decnet teardown --name NAME',
    ['restore-backup', ['teardown', '--name', 'NAME']],
  ],
  [
    'that of the last error alone',
    'decnet: Interrupted\nGo on with: decnet resume\ndecnet: No run\nDeploy with: decnet deploy fleet.yaml. Or name it.',
    [['deploy']],
  ],
  ['nothing where only looking is advised', 'decnet: Not as it should be\nLook at: decnet status', []],
])('advice is %s', (_, printed, advice) => {
  expect(adviceIn(printed)).toEqual(advice);
});
