// `npm run doctor`: finds problems of this machine, each with a remedy. Runs on Node 18 without installed dependencies.
// `--json` prints JSON; `--machine` skips the checks for tests and the servers of the settings.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const wants = (option) => process.argv.includes(option);
const checks = [];
const report = (state, text, remedy) => {
  checks.push({ state, text, ...(remedy && { remedy }) });
  if (!wants('--json')) console.log(`${(state === 'fail' ? 'FAIL' : state).padEnd(4)}  ${text}${remedy ? `\n      ${remedy}` : ''}`);
};
const ok = (text) => report('ok', text);
const warn = (text, remedy) => report('warn', text, remedy);
const fail = (text, remedy) => report('fail', text, remedy);
const onPath = (...names) =>
  names.find((name) => (process.env.PATH ?? '').split(path.delimiter).some((dir) => dir !== '' && existsSync(path.join(dir, name))));

const checkNode = () => {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 18) ok(`Node ${process.versions.node}; the shop itself runs on Node 24 from npm`);
  else fail(`Node ${process.versions.node} is too old`, 'Install Node 18 or newer.');
};

const checkNpm = () => {
  const { status, stdout } = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  if (status === 0) ok(`npm ${stdout.trim()}`);
  else fail('npm is not on the PATH', 'Install npm. It is part of Node.js.');
};

const checkPlatform = () => {
  const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  const here = `${process.platform}-${process.arch}`;
  if (supported.includes(here)) ok(`platform ${here}`);
  else
    fail(
      `platform ${here} is not supported by the built-in Node and PostgreSQL`,
      `Use one of ${supported.join(', ')}; on Windows use WSL.`,
    );
};

const checkInstall = () => {
  if (existsSync(path.join(root, 'node_modules/.bootstrap'))) ok('dependencies are installed');
  else warn('dependencies are not installed', '`npm start` installs them. It needs access to a package registry.');
};

const checkDisk = () => {
  if (typeof statfsSync !== 'function') return;
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= 3) ok(`${free.toFixed(0)} GiB of disk space free`);
  else if (free >= 1) warn(`${free.toFixed(1)} GiB of disk space free`, 'Dependencies, builds and the database take about 2 GiB.');
  else fail(`${free.toFixed(1)} GiB of disk space free`, 'Free at least 2 GiB.');
};

const checkWriteAccess = () => {
  try {
    accessSync(root, constants.W_OK);
    ok('this folder is writable');
  } catch {
    fail('this folder is not writable', `Give your user write access to ${root}.`);
  }
};

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** Whether a shop answers at a port. Then the port is in use for its purpose. */
const isShop = (port) =>
  new Promise((resolve) => {
    const asking = get({ host: '127.0.0.1', port, path: '/healthz', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 && answer.headers['x-request-id'] !== undefined);
    });
    asking.once('timeout', () => asking.destroy());
    asking.once('error', () => resolve(false));
  });

const checkPort = async () => {
  const { PORT } = process.env;
  const port = Number(PORT || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65535) fail(`PORT is "${PORT}"`, 'Set it to a number from 1 to 65535.');
  else if (await isFree(port)) ok(`port ${port} is free`);
  else if (await isShop(port)) ok(`port ${port}: the API answers`);
  else if (PORT) fail(`port ${port} is in use`, 'Set PORT to another port, or unset it.');
  else warn(`port ${port} is in use`, 'The next free port will be used. Set PORT to choose one.');
};

/** Checks whether a server listens at a URL. It does not check passwords: the start reports wrong ones. */
const checkServer = (name, value, defaultPort, hint) =>
  new Promise((resolve) => {
    let url;
    try {
      url = new URL(value);
    } catch {
      resolve(fail(`${name} is not a URL`, `Correct ${name}, or unset it.`));
      return;
    }
    const where = `${url.hostname}:${url.port || defaultPort}`;
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || defaultPort), timeout: 3000 });
    const finish = (problem) => {
      socket.destroy();
      resolve(
        problem
          ? fail(`${name}: nothing answers at ${where} (${problem})`, `Start that server, or correct ${name}.`)
          : report('ok', `${name}: ${where} answers`, hint),
      );
    };
    socket.once('connect', () => finish());
    socket.once('timeout', () => finish('no answer within 3 s'));
    socket.once('error', (error) => finish(error.code ?? error.message));
  });

/** This script has no PostgreSQL client: the command line checks the database itself. */
const lookInside = 'To check its migrations, run: npm run cartwright -- doctor';

const checkServers = async () => {
  if (process.env.DATABASE_URL) await checkServer('DATABASE_URL', process.env.DATABASE_URL, 5432, lookInside);
  else ok('DATABASE_URL is not set: the built-in PostgreSQL is used');
  const redis = onPath('redis-server', 'valkey-server');
  if (process.env.REDIS_URL) await checkServer('REDIS_URL', process.env.REDIS_URL, 6379);
  else if (redis) ok(`${redis} is on the PATH, for the tests on Redis`);
  else warn('no Redis for the tests', 'The shop runs without it. To run all tests, install redis-server or set REDIS_URL.');
};

const checkChromium = () => {
  const { CHROMIUM_PATH } = process.env;
  const found = onPath('chromium', 'chromium-browser', 'google-chrome');
  if (CHROMIUM_PATH && !existsSync(CHROMIUM_PATH))
    fail(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which does not exist`, 'Correct it, or unset it.');
  else if (CHROMIUM_PATH || found) ok(`Chromium: ${CHROMIUM_PATH ?? found}`);
  else warn('no Chromium for the browser tests', 'Install chromium or set CHROMIUM_PATH.');
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const checkState = () => {
  const file = path.join(root, '.cartwright/run.json');
  if (!existsSync(file)) return ok('nothing is left over from an earlier run');
  let main;
  try {
    ({ main } = JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return fail('.cartwright/run.json is damaged', 'Delete it.');
  }
  if (isAlive(main))
    return warn(`Cartwright seems to be running here (process ${main})`, 'Only one can run per folder. Stop it before the next start.');
  return warn('an earlier run was killed', 'The next start cleans up after it.');
};

checkNode();
checkNpm();
checkPlatform();
checkInstall();
checkDisk();
await checkPort();
if (!wants('--machine')) {
  // The user of a service often may only read the installation.
  checkWriteAccess();
  await checkServers();
  checkChromium();
  checkState();
}
const failures = checks.filter(({ state }) => state === 'fail').length;
if (wants('--json')) console.log(JSON.stringify({ ok: failures === 0, checks }));
else console.log(failures === 0 ? '\nThis machine can run Cartwright.' : `\nProblems to fix: ${failures}`);
process.exitCode = failures === 0 ? 0 : 1;
