/** What a person waits for after `npm start`, and the memory of the API. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hammer } from './load.ts';
import { root, rssMiB } from './processes.ts';
import { must, type Scenario } from './scenario.ts';

/** Starts the whole shop with its state in a folder; answers when it says that it is ready. */
const start = async (state: string): Promise<{ seconds: number; url: string; apiPid: number; stop(): Promise<void> }> => {
  const begun = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'scripts/start.ts')], {
    cwd: root,
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
  return {
    seconds,
    url,
    apiPid: children[0] ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      must((await ended) === 0, 'npm start did not leave with 0');
    },
  };
};

export const startup: Scenario = {
  name: 'startup',
  what: '`npm start` to ready, the first and the second time; memory of the API',
  run: async () => {
    const state = mkdtempSync('/var/tmp/cartwright-startup-');
    try {
      const first = await start(state);
      await first.stop();
      const second = await start(state);
      await pause(1_000);
      const idle = rssMiB(second.apiPid);
      await hammer([`${second.url}/api/v1/products?pageSize=20`], 32, 5);
      const after = rssMiB(second.apiPid);
      await second.stop();
      const memory = `API ${idle.toFixed(0)} MiB idle, ${after.toFixed(0)} MiB after 5 s of load`;
      return {
        note: `ready after ${first.seconds.toFixed(1)} s, again after ${second.seconds.toFixed(1)} s (first goal 3, aim 2); ${memory} (200, 300)`,
      };
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  },
};
