/** Helpers of both test commands: provide Redis and Chromium if possible, run timed steps, and print the line of counts. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../packages/db/src/embedded/free-port.ts';

export const root = path.resolve(import.meta.dirname, '..');
const ci = process.env['CI'] === 'true';
export const env: NodeJS.ProcessEnv = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
export const say = (text: string): void => void process.stdout.write(`${text}\n`);
const onPath = (...names: string[]): string | null =>
  names.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0) ?? null;

let aptUpdated = false;
/** Installs a Debian package with apt, if this process runs as root. */
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
  say(`\n!!! SKIPPED: ${what}. ${remedy}\n`);
};

/** Provides Redis for the run: the server of REDIS_URL, or a private one that ends with this process. */
export const provideRedis = async (): Promise<void> => {
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
  // Also when this run is interrupted.
  process.once('exit', () => child.kill('SIGKILL'));
  if (!(await answers(port))) {
    leaveOut('the tests on Redis', `${server} did not start.`);
    return;
  }
  env['TEST_REDIS_URL'] = `redis://127.0.0.1:${port}`;
};

/** Whether a server accepts connections on a port within ten seconds. */
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

export const provideChromium = (): void => {
  let found = process.env['CHROMIUM_PATH'] ?? onPath('chromium', 'chromium-browser', 'google-chrome');
  if (!found && aptInstall('chromium')) found = onPath('chromium');
  if (!found) leaveOut('the tests in a browser', 'Install chromium or set CHROMIUM_PATH.');
  else
    env['CHROMIUM_PATH'] = found.startsWith('/')
      ? found
      : spawnSync('sh', ['-c', `command -v ${found}`], { encoding: 'utf8' }).stdout.trim();
};

const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

/** A command with the name under which it is reported. */
export type Step = readonly [title: string, command: string, args: readonly string[]];

/** The seconds of each step so far. */
export const stepDurations: Record<string, number> = {};

/** Runs a command and records its duration. */
const succeeds = async (
  [title, command, args]: Step,
  output: (child: ChildProcess) => void,
  stdio: 'inherit' | 'pipe',
): Promise<boolean> => {
  const start = performance.now();
  const ok = await new Promise<boolean>((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: stdio === 'inherit' ? stdio : ['ignore', 'pipe', 'pipe'], env });
    running.add(child);
    output(child);
    child.once('error', (error) => {
      say(error.message);
      resolve(false);
    });
    child.once('close', (code) => {
      running.delete(child);
      resolve(code === 0);
    });
  });
  stepDurations[title] = (performance.now() - start) / 1_000;
  return ok;
};
const sayOutcome = (title: string, ok: boolean): void =>
  say(`${ok ? 'ok' : 'FAILED'} ${title} (${(stepDurations[title] ?? 0).toFixed(1)} s)`);

/** Runs one step, prints and records its duration, and returns whether it succeeded. */
export const run = async (title: string, command: string, args: readonly string[]): Promise<boolean> => {
  say(`\n> ${title}`);
  const ok = await succeeds([title, command, args], () => undefined, 'inherit');
  sayOutcome(title, ok);
  return ok;
};

/** Runs steps at the same time, prints the output of each when it ends, and returns how many succeeded. */
export const runTogether = async (steps: readonly Step[]): Promise<number> => {
  const outcomes = await Promise.all(
    steps.map(async (step) => {
      let text = '';
      const keep = (child: ChildProcess): void => {
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      };
      const ok = await succeeds(step, keep, 'pipe');
      say(`\n> ${step[0]}${text && `\n${text.trimEnd()}`}`);
      sayOutcome(step[0], ok);
      return ok;
    }),
  );
  return outcomes.filter(Boolean).length;
};

/** Prints `N passed, N failed, N skipped` and ends the process. In CI, skipped groups of tests count as failures. */
export const finish = (passed: number, failed: number, skipped: number): never => {
  if (missing > 0 && ci) say('In CI no tests may be skipped.');
  say(`\n${passed} passed, ${failed + (ci ? missing : 0)} failed, ${skipped} skipped`);
  process.exit(failed > 0 || (ci && missing > 0) ? 1 : 0);
};
