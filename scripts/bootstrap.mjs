// Runs a script of this repository on any machine with Node 18 and npm: installs what is missing, with
// pnpm and Node 24 from the npm registry, then hands over. `node scripts/bootstrap.mjs <script> [args]`
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules/.bin');
const stamp = path.join(root, 'node_modules/.bootstrap');
const [script, ...rest] = process.argv.slice(2);
if (!script) {
  console.error('usage: node scripts/bootstrap.mjs <script> [args]');
  process.exit(2);
}

/** Everything an install depends on. */
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
const wanted = hash.digest('hex');

// npm hands its own settings down as npm_*; pnpm must not take them for its own.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
env.TURBO_TELEMETRY_DISABLED = '1';

const run = (command, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    const forward = (signal) => child.kill(signal);
    // Ctrl-C reaches the child by itself, being of the same process group; only a plain kill has to be passed on.
    process.on('SIGTERM', forward);
    process.on('SIGINT', () => undefined);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (!installed) {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  console.log('Installing dependencies ...');
  const code = await run('npm', ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn']);
  if (code !== 0) {
    console.error('\nThe installation failed. It needs npm and the npm registry; `npm run doctor` tells what this machine lacks.');
    process.exit(code);
  }
  writeFileSync(stamp, wanted);
}
env.PATH = bin + path.delimiter + env.PATH;
process.exit(await run(path.join(bin, 'pnpm'), ['--silent', 'run', script, ...rest]));
