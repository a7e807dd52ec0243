/** Programs of the shop as processes, and what they cost the machine. Reads Linux's /proc. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFlags } from '../scripts/node-flags.ts';

export const root = path.resolve(import.meta.dirname, '..');

export interface Program {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a program and waits until it names its address, alone on a line or in a line of its log. */
export const startProgram = async (file: string, env: NodeJS.ProcessEnv = {}): Promise<Program> => {
  const flags = file.startsWith('apps/') ? nodeFlags : [];
  const child = spawn(process.execPath, [...flags, path.join(root, file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-100_000);
      const found = /(?:^|"url":")(http:\/\/[\d.:]+)/m.exec(text)?.[1];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`${file} ended before it listened:\n${text}`)));
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
/** Fields 4 (parent), 14 to 17 (own and reaped children's time) of a process, counted behind its name in brackets. */
const statOf = (pid: number | string): { parent: number; own: number; reaped: number } | null => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const at = (n: number) => Number(fields[n - 3]);
    return { parent: at(4), own: at(14) + at(15), reaped: at(16) + at(17) };
  } catch {
    return null; // It has ended, or this is not Linux.
  }
};

/** CPU seconds that a process and all its children have used so far. NaN where there is no /proc. */
export const cpuSeconds = (pid: number): number => {
  const stat = statOf(pid);
  if (!stat) return Number.NaN;
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const living = children.reduce((sum, child) => {
    const of = statOf(child);
    return of?.parent === pid ? sum + of.own : sum;
  }, 0);
  return (stat.own + stat.reaped + living) / ticksPerSecond;
};

/** Resident memory of a process in MiB. */
export const rssMiB = (pid: number): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1_024;
