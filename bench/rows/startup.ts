/** The row `startup`: time from `npm start` to ready, and memory of the API idle, under load, and after many simultaneous sockets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { must, mustEqual } from '../checks.ts';
import { runLoad } from '../load/generate.ts';
import { rssMiB } from '../machine/cpu.ts';
import type { Line, Row } from '../row.ts';
import type { Stage } from '../stage/stage.parts.ts';

interface Started {
  readonly seconds: number;
  readonly url: string;
  readonly apiPid: number;
  stop(): Promise<void>;
}
/** Starts the whole shop with its state in a folder, and waits until it prints its URL. */
const start = async (shop: string, state: string): Promise<Started> => {
  const begun = performance.now();
  const child = spawn(process.execPath, [path.join(shop, 'scripts/start.ts')], {
    cwd: shop,
    env: { ...process.env, CARTWRIGHT_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /API\s+(http:\/\/[\d.:]+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    void ended.then((code) => reject(new Error(`npm start ended with ${code}: ${text}`)));
  });
  const seconds = (performance.now() - begun) / 1_000;
  const { children } = JSON.parse(readFileSync(path.join(state, 'run.json'), 'utf8')) as { children: number[] };
  const [apiPid] = children;
  if (apiPid === undefined) throw new Error('npm start names no process of the API.');
  return {
    seconds,
    url,
    apiPid,
    stop: async () => {
      child.kill('SIGTERM');
      mustEqual(await ended, 0, 'the exit code of npm start');
    },
  };
};

const load = async (url: string, clients: number, seconds: number): Promise<void> => {
  const { n } = await runLoad(url, clients, { seconds }, async (client) => {
    const page = await client.call<{ items: readonly unknown[] }>({ method: 'GET', path: '/api/v1/products?pageSize=20' });
    must(page.items.length > 0, 'the demo shop shows no product');
  });
  must(n > 0, 'nothing was read');
};

/** Waits up to a minute until the memory is below a bound, and returns the memory. */
const settledMiB = async (pid: number, bound: number, seconds: number): Promise<{ mib: number; seconds: number }> => {
  const begun = performance.now();
  for (;;) {
    const mib = rssMiB(pid);
    const waited = (performance.now() - begun) / 1_000;
    if (mib < bound || waited >= seconds) return { mib, seconds: waited };
    await pause(1_000);
  }
};

const run = async (stage: Stage): Promise<Line[]> => {
  const { quick, shop } = stage.options;
  const state = mkdtempSync('/var/tmp/cartwright-startup-');
  try {
    const first = await start(shop, state);
    await first.stop();
    const second = await start(shop, state);
    await pause(quick ? 0 : 2_000);
    const idle = rssMiB(second.apiPid);
    await load(second.url, quick ? 2 : 32, quick ? 0.2 : 5);
    const loaded = rssMiB(second.apiPid);
    await load(second.url, quick ? 20 : 5_000, quick ? 0.2 : 5);
    const burst = rssMiB(second.apiPid);
    const calm = await settledMiB(second.apiPid, 350, quick ? 0 : 60);
    await second.stop();
    const memory = [`idle ${idle.toFixed(0)}`, `loaded ${loaded.toFixed(0)}`, `after 5,000 sockets ${burst.toFixed(0)}`].join(', ');
    return [
      {
        name: 'startup',
        notes: [
          `ready after ${first.seconds.toFixed(1)} s, the second time after ${second.seconds.toFixed(1)} s (3; 2)`,
          `API MiB: ${memory}, ${calm.mib.toFixed(0)} ${calm.seconds.toFixed(0)} s later (200, 300, back under 350 in a minute)`,
        ],
      },
    ];
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
};

export const startup: Row = { name: 'startup', what: '`npm start` to ready, the first and the second time; memory of the API', run };
