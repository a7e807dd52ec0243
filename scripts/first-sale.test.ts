import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Runs the script; returns its exit code and output. */
const sell = (url: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], SHOP_URL: url, ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'hush-hush' };
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'first-sale.ts')], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });

/** Runs the script against a server that sends the same response to every request. */
const whileAnswering = async (status: number, body: string, work: (url: string) => Promise<void>): Promise<void> => {
  const server = createServer((_req, res) => res.writeHead(status, { 'content-type': 'application/json' }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
};

describe('the first sale', () => {
  it('the first sale reports a wrong password in one sentence', async () => {
    const body = JSON.stringify({ code: 'INVALID_CREDENTIALS', detail: 'The e-mail address or the password is wrong.' });
    await whileAnswering(401, body, async (url) => {
      const message = 'The shop refused POST /auth/login with 401 INVALID_CREDENTIALS: The e-mail address or the password is wrong.\n';
      expect(await sell(url)).toEqual({ code: 1, output: message });
    });
  });

  it('the first sale reports in one sentence that SHOP_URL is not the address of a shop', async () => {
    await whileAnswering(200, '<html>', async (url) => {
      expect(await sell(url)).toEqual({
        code: 1,
        output: expect.stringMatching(/^The answer to POST \/auth\/login has status 200 and no JSON\. .*\n$/),
      });
    });
    expect(await sell('shop.example.com')).toEqual({
      code: 1,
      output: 'SHOP_URL is "shop.example.com"; it must be the address of the shop, such as https://shop.example.com\n',
    });
    expect(await sell('http://127.0.0.1:1')).toEqual({
      code: 1,
      output: expect.stringMatching(/^SHOP_URL .* does not answer: \S.*\n$/),
    });
  });
});
