// Runs npm scripts at the same time: what the first prints as it comes, what the others print when they end.
// Fails when any of them fails, after all have ended. Plain JavaScript, as every script here.
import { spawn } from 'node:child_process';

const [first, ...others] = process.argv.slice(2);
const children = [start(first, 'inherit'), ...others.map((name) => start(name, 'pipe'))];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const { child } of children) child.kill(signal);
  });
}
const codes = await Promise.all(children.map(({ ended }) => ended));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function start(name, output) {
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', output, output] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(printed));
      if (code !== 0) process.stdout.write(`npm run ${name} failed\n`);
      resolve(code);
    });
  });
  return { child, ended };
}
