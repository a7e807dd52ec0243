// Runs a script of this repository on any machine with Node 18 and npm: installs missing dependencies, including
// pnpm and Node 24 from the npm registry, then runs the script. `node scripts/bootstrap.mjs scripts/start.ts [args]`
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules/.bin');
const stamp = path.join(root, 'node_modules/.bootstrap');
const [script, ...rest] = process.argv.slice(2);
if (!script) {
  console.error('usage: node scripts/bootstrap.mjs <file> [args]');
  process.exit(2);
}

/** The files that the installation depends on. */
const manifests = () => [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  ...['apps', 'packages'].flatMap((dir) => readdirSync(path.join(root, dir)).map((name) => `${dir}/${name}/package.json`)),
  'examples/package.json',
  'bench/package.json',
];
const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
for (const file of manifests()) if (existsSync(path.join(root, file))) hash.update(readFileSync(path.join(root, file)));
const manifestHash = hash.digest('hex');

// npm passes its settings as npm_* variables; pnpm must not use them.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
env.TURBO_TELEMETRY_DISABLED = '1';

/** The parent of a process, from /proc; undefined without /proc and for a process that has ended. */
const parentOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
  } catch {
    return undefined;
  }
};
// npm runs scripts through a shell, and ends on SIGTERM without passing it on. Then the shell gets another parent.
const npm = process.env.npm_lifecycle_event ? parentOf(process.ppid) : undefined;
const npmIsGone = () => npm !== undefined && parentOf(process.ppid) !== npm;

/** Runs a command, passes signals to it and returns its exit code. */
const run = (command, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    const terminate = () => child.kill('SIGTERM');
    // On a terminal Ctrl-C reaches the child directly, because it is in the same process group.
    const interrupt = () => process.stdin.isTTY || child.kill('SIGINT');
    process.on('SIGTERM', terminate).on('SIGINT', interrupt);
    const watch = setInterval(() => npmIsGone() && terminate(), 500);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      process.off('SIGTERM', terminate).off('SIGINT', interrupt);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === manifestHash;
if (!installed) {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  console.log('Installing dependencies ...');
  const install = ['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'];
  const code = await run('npm', ['exec', '--yes', `--package=${packageManager}`, '--', ...install]).catch((error) => {
    console.error(error.code === 'ENOENT' ? 'npm is not on the PATH. It is part of Node.js.' : error.message);
    return 1;
  });
  if (code !== 0) {
    if (code < 128)
      console.error(
        '\nThe installation failed. It needs npm and access to a package registry. Run `npm run doctor` to check this machine.',
      );
    process.exit(code);
  }
  writeFileSync(stamp, manifestHash);
}
env.PATH = bin + path.delimiter + env.PATH;
// Not through `pnpm run`: on a signal it ends at once and leaves the script running.
process.exit(await run(path.join(bin, 'node'), [script, ...rest]));
