/**
 * `npm test`: everything that CI checks. Provides Redis and Chromium where it can, builds, runs the
 * static checks and every test, and ends with one line of counts.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '..');
const ci = process.env['CI'] === 'true';
const env: NodeJS.ProcessEnv = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const onPath = (...names: string[]): string | null =>
  names.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0) ?? null;

let aptUpdated = false;
/** Installs a Debian package where that is allowed: as root, with apt. */
const aptInstall = (name: string): boolean => {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return false;
  say(`Installing ${name} ...`);
  const quiet = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  if (!aptUpdated) spawnSync('apt-get', ['update', '-q'], quiet);
  aptUpdated = true;
  return spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], quiet).status === 0;
};

let missing = 0;
const leaveOut = (what: string, remedy: string): void => {
  missing += 1;
  say(`\n!!! LEFT OUT: ${what}. ${remedy}\n`);
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Redis for the run: the one of REDIS_URL, or a private server that ends with it. */
const provideRedis = async (): Promise<void> => {
  if (process.env['REDIS_URL']) {
    env['TEST_REDIS_URL'] = process.env['REDIS_URL'];
    return;
  }
  let server = onPath('redis-server', 'valkey-server');
  if (!server && aptInstall('redis-server')) server = onPath('redis-server');
  if (!server) {
    leaveOut('the tests on Redis', 'Install redis-server or set REDIS_URL.');
    return;
  }
  const port = await freePort();
  const child = spawn(
    server,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    { stdio: 'ignore' },
  );
  // Also when this run is cut short.
  process.once('exit', () => child.kill('SIGKILL'));
  if (!(await answers(port))) {
    leaveOut('the tests on Redis', `${server} did not start.`);
    return;
  }
  env['TEST_REDIS_URL'] = `redis://127.0.0.1:${port}`;
};

/** Whether something accepts connections on a port within ten seconds. */
const answers = async (port: number): Promise<boolean> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(() => resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (open) return true;
    await pause(50);
  }
  return false;
};

const provideChromium = (): void => {
  let found = process.env['CHROMIUM_PATH'] ?? onPath('chromium', 'chromium-browser', 'google-chrome');
  if (!found && aptInstall('chromium')) found = onPath('chromium');
  if (!found) leaveOut('the tests in a browser', 'Install chromium or set CHROMIUM_PATH.');
  else
    env['CHROMIUM_PATH'] = found.startsWith('/')
      ? found
      : spawnSync('sh', ['-c', `command -v ${found}`], { encoding: 'utf8' }).stdout.trim();
};

let current: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    current?.kill(signal);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

/** Runs one step to its end and says how it went. */
const run = async (title: string, command: string, args: string[]): Promise<boolean> => {
  say(`\n> ${title}`);
  const start = performance.now();
  const ok = await new Promise<boolean>((resolve) => {
    current = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    current.once('error', (error) => {
      say(error.message);
      resolve(false);
    });
    current.once('exit', (code) => resolve(code === 0));
  });
  say(`${ok ? 'ok' : 'FAILED'} ${title} (${((performance.now() - start) / 1_000).toFixed(1)} s)`);
  return ok;
};

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

await provideRedis();
provideChromium();
const checks: (readonly [title: string, command: string, args: string[]])[] = [
  ['build', 'turbo', ['run', 'build', '--output-logs=errors-only']],
  ['types', 'pnpm', ['--silent', 'run', 'typecheck']],
  ['lint', 'pnpm', ['--silent', 'run', 'lint:oxlint']],
  ['layers', 'pnpm', ['--silent', 'run', 'lint:layers']],
  ['dead code', 'pnpm', ['--silent', 'run', 'lint:dead']],
  ['format', 'pnpm', ['--silent', 'run', 'format:check']],
];
let passed = 0;
for (const [title, command, args] of checks) if (await run(title, command, args)) passed += 1;
const reportDir = mkdtempSync(path.join(tmpdir(), 'cartwright-report-'));
const reportFile = path.join(reportDir, 'report.json');
const ok = await run('tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]);
const nothing: Report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numFailedTestSuites: 0 };
const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : nothing;
rmSync(reportDir, { recursive: true, force: true });

// A file that fails before its first test, or a run that ends without a report, is a failure too.
const failed =
  checks.length - passed + report.numFailedTests + (ok || report.numFailedTests > 0 ? 0 : Math.max(1, report.numFailedTestSuites));
const skipped = report.numPendingTests + report.numTodoTests;
if (missing > 0 && ci) say('In CI nothing may be left out.');
say(`\n${passed + report.numPassedTests} passed, ${failed + (ci ? missing : 0)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || (ci && missing > 0) ? 1 : 0);
