import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const doctor = (env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'doctor.mjs')], { env: { PATH, HOME, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });

const listen = (): Promise<{ port: number; close: () => void }> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve({ port: address.port, close: () => server.close() });
      else reject(new Error('no port'));
    });
  });

describe('npm run doctor', () => {
  it('the doctor finds no problem on a machine that runs these tests', async () => {
    const { code, output } = await doctor();
    expect(output).toContain('This machine can run Cartwright.');
    expect(output).toMatch(/^ok {4}npm \d/m);
    expect(code).toBe(0);
  });

  it('the doctor fails with a remedy for every invalid setting', async () => {
    const { code, output } = await doctor({ PORT: 'many', DATABASE_URL: 'nowhere', CHROMIUM_PATH: '/no/browser' });
    expect(output).toMatch(/FAIL {2}PORT is "many"\n {6}\S/);
    expect(output).toMatch(/FAIL {2}DATABASE_URL is not a URL\n {6}\S/);
    expect(output).toMatch(/FAIL {2}CHROMIUM_PATH is .*\n {6}\S/);
    expect(output).toContain('Problems to fix: 3');
    expect(code).toBe(1);
  });

  it('the doctor distinguishes a server that responds from one that does not', async () => {
    const server = await listen();
    const gone = await listen();
    gone.close();
    const { code, output } = await doctor({
      DATABASE_URL: `postgresql://someone:secret-word@127.0.0.1:${server.port}/shop`,
      REDIS_URL: `redis://127.0.0.1:${gone.port}`,
    });
    server.close();
    expect(output).toContain(
      `ok    DATABASE_URL: 127.0.0.1:${server.port} answers\n      To check its migrations, run: npm run cartwright -- doctor`,
    );
    expect(output).toContain(`FAIL  REDIS_URL: nothing answers at 127.0.0.1:${gone.port}`);
    expect(output).not.toContain('secret-word');
    expect(code).toBe(1);
  });

  it('the doctor fails when PORT is in use', async () => {
    const server = await listen();
    const { code, output } = await doctor({ PORT: String(server.port) });
    server.close();
    expect(output).toContain(`FAIL  port ${server.port} is in use`);
    expect(code).toBe(1);
  });

  it('the doctor fails without npm', async () => {
    const { code, output } = await doctor({ PATH: '/nowhere' });
    expect(output).toContain('FAIL  npm is not on the PATH');
    expect(code).toBe(1);
  });
});
