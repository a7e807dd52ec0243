/**
 * CPU time and memory of processes, read from Linux's /proc.
 *
 * PostgreSQL uses one process per connection. When such a process ends, the kernel adds its CPU time to the parent's time of reaped
 * children (`cutime` and `cstime`). So the CPU time of PostgreSQL is that of the postmaster, of its reaped children and of its
 * living children. The same sum is correct for a Node process with child processes.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  readonly reapedTicks: number;
}
/** Reads fields 4 (parent), 14 and 15 (own time) and 16 and 17 (time of reaped children), counted after the name in brackets. */
const statOf = (pid: number | string): Stat | null => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const at = (n: number): number => Number(fields[n - 3]);
    return { parent: at(4), ticks: at(14) + at(15), reapedTicks: at(16) + at(17) };
  } catch {
    return null; // The process has ended, or this is not Linux.
  }
};

/**
 * Returns the CPU seconds of several processes so far, each with all its children, including ended ones. Reads /proc once.
 *
 * @throws If a process has ended or there is no /proc: a missing value must not look like a small one.
 */
export const cpuSecondsOf = <K extends string>(pids: Readonly<Record<K, number>>): Record<K, number> => {
  const names = Object.keys(pids) as K[];
  const ticks = new Map<number, number>();
  for (const name of names) {
    const stat = statOf(pids[name]);
    if (!stat) throw new Error(`The CPU time of ${name} (process ${pids[name]}) cannot be read from /proc.`);
    ticks.set(pids[name], stat.ticks + stat.reapedTicks);
  }
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (!stat) continue;
    const parent = ticks.get(stat.parent);
    if (parent !== undefined) ticks.set(stat.parent, parent + stat.ticks + stat.reapedTicks);
  }
  return Object.fromEntries(names.map((name) => [name, (ticks.get(pids[name]) ?? 0) / ticksPerSecond])) as Record<K, number>;
};

/** Returns the resident memory of a process in MiB. Throws if the process has ended. */
export const rssMiB = (pid: number): number => {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status names no resident memory`);
  return Number(kib) / 1_024;
};
