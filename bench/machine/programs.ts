/** Starts and stops the programs of the shop as processes. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { nodeFlags } from '../../scripts/node-flags.ts';

/** The root folder of the bench's own checkout. */
export const ownRoot = path.resolve(import.meta.dirname, '../..');

export interface Program {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a program and waits until it prints its URL, alone on a line or in a line of its log.
 *
 * @param file Path of the program. API and worker run with the Node flags of production.
 */
export const startProgram = async (file: string, env: NodeJS.ProcessEnv = {}): Promise<Program> => {
  const flags = file.includes('/apps/') ? nodeFlags : [];
  const child = spawn(process.execPath, [...flags, file], {
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
  // The log is read only until the URL is known: reading more would cost CPU time during a measurement.
  child.stdout.removeAllListeners('data').resume();
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
