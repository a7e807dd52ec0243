import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

/** A connection whose request is sent in pieces. */
const open = async (live: LiveShop): Promise<{ send(text: string): Promise<void>; answer: Promise<string> }> => {
  const socket: Socket = connect(Number(new URL(live.url).port), '127.0.0.1');
  let text = '';
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  const accepted = new Promise<void>((resolve) => live.server.server.once('connection', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  await accepted;
  return { answer, send: (piece) => new Promise((resolve) => socket.write(piece, () => resolve())) };
};
/** Resolves once the server has begun to read a request. */
const begun = (live: LiveShop): Promise<void> => new Promise((resolve) => live.server.server.once('request', () => resolve()));

describe('a shutdown', () => {
  it('a shutdown completes a request that has started and accepts no new one', async () => {
    const live = await startLiveShop();
    const slow = await open(live);
    const reading = begun(live);
    await slow.send('POST /api/v1/carts HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
    await reading;
    let closed = false;
    const closing = live.close().then(() => (closed = true));
    await expect(fetch(`${live.url}/healthz`)).rejects.toThrow();
    expect(closed).toBe(false);
    await slow.send('}');
    const answer = await slow.answer;
    expect(answer).toMatch(/^HTTP\/1\.1 201/);
    expect(answer).toMatch(/connection: close/i);
    await closing;
  });

  it('a shutdown answers readiness probes on open connections with 503', async () => {
    const live = await startLiveShop();
    const asking = await open(live);
    await asking.send('GET /readyz HTTP/1.1\r\nHost: shop\r\n');
    const closing = live.close();
    await asking.send('\r\n');
    expect(await asking.answer).toMatch(/^HTTP\/1\.1 503[^]*shutting down/);
    await closing;
  });

  it('a shutdown ends live feeds at once, so that their clients reconnect elsewhere', async () => {
    const live = await startLiveShop();
    const headers = { accept: 'text/event-stream', ...bearer(await live.token('admin')) };
    const feed = await fetch(`${live.url}/trpc/events.live?input=%7B%7D`, { headers });
    const reader = feed.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('connected');
    const start = performance.now();
    await live.close();
    // Connections that do not end by themselves are cut after 30 seconds.
    expect(performance.now() - start).toBeLessThan(25_000);
    await expect(reader?.read()).rejects.toThrow();
  });
});
