// Runs before `npm start` and `npm test`: plain JavaScript, since nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node 20.19 or later is needed; this is ${process.version}.`);
if (process.getuid?.() !== 0)
  fail('Root is needed: the lab makes network namespaces and runs a Docker Engine.');

const installed = 'node_modules/.package-lock.json';
const isStale = !existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs;
// Not `npm ci`: it refuses a lock file that lacks optional packages for other platforms, as some mirrors do.
if (isStale) run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
run('npm', ['run', '--silent', 'build']);

if (process.argv.includes('--for-tests') && !succeeds('python3', ['-c', 'import asyncio, unittest'])) {
  run('apt-get', ['update']);
  run('apt-get', ['install', '--yes', '--no-install-recommends', 'python3']);
}

function run(file, args) {
  const { status, error } = spawnSync(file, args, { stdio: 'inherit' });
  if (status !== 0) fail(`${file} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
}

function succeeds(file, args) {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
