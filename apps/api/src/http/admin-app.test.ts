import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminApp } from './admin-app.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'admin-'));
mkdirSync(path.join(folder, 'assets'));
writeFileSync(path.join(folder, 'index.html'), '<title>Admin</title>');
writeFileSync(path.join(folder, 'favicon.svg'), '<svg/>');
writeFileSync(path.join(folder, 'assets', 'main-4f2a.js'), 'export {}');

const app = express().use('/admin', adminApp(folder) ?? []);
const server = app.listen(0, '127.0.0.1');
let url: string;
beforeAll(() => {
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
const get = async (address: string) => {
  const answer = await fetch(url + address);
  return { status: answer.status, caching: answer.headers.get('cache-control'), text: await answer.text() };
};

describe('the admin app', () => {
  it('the admin app lets browsers cache assets for ever and nothing else', async () => {
    expect(await get('/assets/main-4f2a.js')).toMatchObject({ status: 200, caching: 'public, max-age=31536000, immutable' });
    expect(await get('/favicon.svg')).toMatchObject({ status: 200, caching: 'no-cache' });
    expect(await get('/')).toMatchObject({ status: 200, caching: 'no-cache', text: '<title>Admin</title>' });
  });

  it('the admin app serves its page for every path except a missing asset', async () => {
    expect(await get('/orders/01990000-0000-7000-8000-000000000000')).toMatchObject({
      status: 200,
      caching: 'no-cache',
      text: '<title>Admin</title>',
    });
    expect(await get('/assets/main-0000.js')).toMatchObject({ status: 404 });
  });

  it('the admin app serves no file outside its folder', async () => {
    for (const address of ['/..%2f..%2fpackage.json', '/assets/..%2f..%2f..%2fetc%2fpasswd', '/.env'])
      expect((await get(address)).text).not.toMatch(/"name"|root:/);
  });

  it('the admin app is not served when it is not built', () => {
    expect(adminApp(path.join(folder, 'nowhere'))).toBeNull();
  });
});
