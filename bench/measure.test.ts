import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BadArguments, readArguments } from './arguments.ts';
import { compareSamples } from './compare.ts';
import { openClient, readAnswer, Refused, repeats } from './load/client.ts';
import { median, quantile, runAtRate, runLoad } from './load/generate.ts';
import { cpuSecondsOf, rssMiB } from './machine/cpu.ts';
import { toLine } from './measure.ts';
import type { Stretch } from './row.ts';
import { copyId } from './stage/grow-orders.ts';

const servers: Server[] = [];
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the client of the load generator', () => {
  it('the HTTP client parses responses with a length and in chunks, wherever the data is split', () => {
    const whole = Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n{"ü"rest');
    expect(readAnswer(whole)).toEqual({ answer: { status: 201, body: '{"ü' }, rest: whole.length - 5, last: false });
    expect(readAnswer(whole.subarray(0, -7))).toBeNull();
    const chunked = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n');
    expect(readAnswer(chunked)).toEqual({ answer: { status: 200, body: 'abc0123456789' }, rest: chunked.length, last: false });
    for (let cut = 0; cut < chunked.length; cut += 1) expect(readAnswer(chunked.subarray(0, cut))).toBeNull();
  });

  it('the HTTP client reuses its connection, and opens another after the server closed it', async () => {
    const connections = new Set<unknown>();
    const url = await serve((req, res) => {
      connections.add(req.socket);
      if (req.url === '/last') res.setHeader('connection', 'close');
      req.resume().on('end', () => res.end(JSON.stringify({ url: req.url, type: req.headers['content-type'] })));
    });
    const client = openClient(url);
    expect(await client.call({ method: 'GET', path: '/1' })).toEqual({ url: '/1' });
    expect(await client.call({ method: 'POST', path: '/2', body: { text: 'ü' } })).toEqual({ url: '/2', type: 'application/json' });
    expect(connections.size).toBe(1);
    await client.call({ method: 'GET', path: '/last' });
    expect(await client.call({ method: 'GET', path: '/3' })).toEqual({ url: '/3' });
    expect(connections.size).toBe(2);
    client.close();
  });

  it('the HTTP client throws for an unsuccessful response and for a broken connection', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/broken') req.socket.destroy();
      else res.writeHead(409).end('{"code":"OUT_OF_STOCK"}');
    });
    const client = openClient(url);
    await expect(client.call({ method: 'GET', path: '/' })).rejects.toThrow(Refused);
    await expect(client.call({ method: 'GET', path: '/broken' })).rejects.toThrow();
    client.close();
  });
});

describe('repeats of requests', () => {
  it('the HTTP client repeats and counts requests with `retry: safe`, and no others', async () => {
    let calls = 0;
    const url = await serve((req, res) => {
      calls += 1;
      if (req.url === '/busy' && calls < 3) res.writeHead(503).end('{"code":"SERVICE_UNAVAILABLE","retry":"safe"}');
      else if (req.url === '/never') res.writeHead(503).end('{"code":"CLOSED","retry":"never"}');
      else res.end('{"done":true}');
    });
    const client = openClient(url);
    const before = repeats.count;
    expect(await client.call({ method: 'GET', path: '/busy' })).toEqual({ done: true });
    expect(repeats.count - before).toBe(2);
    expect(await client.ask({ method: 'GET', path: '/never' })).toMatchObject({ status: 503 });
    expect(repeats.count - before).toBe(2);
    client.close();
  });
});

describe('the load generator', () => {
  it('the load generator runs the exact number of operations, each with a unique serial number', async () => {
    const url = await serve((_req, res) => res.end('{}'));
    const serials: number[] = [];
    const load = await runLoad(url, 3, { operations: 20 }, async (client, serial) => {
      await client.call({ method: 'GET', path: '/' });
      serials.push(serial);
    });
    expect(load.n).toBe(20);
    expect(load.latencies).toHaveLength(20);
    expect(serials.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('the load generator throws the error of any operation', async () => {
    const url = await serve((_req, res) => res.end('{}'));
    const broken = runLoad(url, 4, { operations: 100 }, async (_client, serial) => {
      if (serial === 50) throw new Error('the fiftieth is wrong');
    });
    await expect(broken).rejects.toThrow('the fiftieth is wrong');
  });

  it('a load at a fixed rate throws the error of an operation', async () => {
    const url = await serve((_req, res) => res.end('{}'));
    const called = Promise.withResolvers<void>();
    const load = runAtRate(url, 1_000, async () => {
      called.resolve();
      throw new Error('wrong');
    });
    await called.promise;
    await expect(load.stop()).rejects.toThrow('wrong');
  });
});

describe('measured values', () => {
  it('quantile, median, CPU time and memory throw when there is no data', () => {
    expect(() => quantile([], 0.5)).toThrow('no quantile of nothing');
    expect(() => median([])).toThrow('no median of nothing');
    expect(() => cpuSecondsOf({ gone: 2 ** 30 })).toThrow('The CPU time of gone');
    expect(() => rssMiB(2 ** 30)).toThrow();
  });

  it('CPU time includes that of ended child processes', async () => {
    const script = `require('node:child_process').spawnSync(process.execPath, ['-e', 'const end = Date.now() + 400; while (Date.now() < end);']); console.log('done'); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(parent.stdout, 'data');
      const { parent: used } = cpuSecondsOf({ parent: parent.pid ?? 0 });
      // The child works for 400 ms of wall time. Its CPU time depends on the machine, but starting Node twice already takes more than this.
      expect(used).toBeGreaterThan(0.05);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('a row has the CPU time of its median stretch and the latencies of all stretches', () => {
    const stretch = (hellos: number, latency: number): Stretch => ({
      load: { n: 2, seconds: 1, perSecond: 2, latencies: [latency, latency] },
      cost: { api: hellos, postgres: 0, worker: 0, redis: 0 },
      hellos,
      helloMs: 1,
      helloPerSecond: 8,
    });
    const line = toLine({ name: 'list' }, 4, [stretch(5, 1), stretch(2, 2), stretch(3, 9)]);
    expect(line).toMatchObject({ n: 6, hellos: 3, spread: [2, 5], ofHelloRate: 0.25, p50: 2, p99: 9 });
  });

  it('two states are compared pair by pair', () => {
    const sample = (value: number) => ({
      hellos: value,
      'CPU ms': 1,
      statements: 0,
      transactions: 0,
      'WAL bytes': 1,
      'rate of hello': 1,
      'p50 ms': 1,
    });
    const [hellos, , statements] = compareSamples('list', [
      [sample(10), sample(5)],
      [sample(20), sample(12)],
      [sample(10), sample(9)],
    ]);
    expect(hellos).toEqual(['list', 'hellos', '10.0', '9.000', '0.600', '0.50 to 0.90']);
    expect(statements?.[4]).toBe('1.000');
  });
});

describe('the command line', () => {
  it('the command line accepts rows and options, and refuses unknown ones', () => {
    const asked = readArguments(['list', 'checkout', '--products', '100000', '--orders', '10000,1000000']);
    expect(asked.rows.map((row) => row.name)).toEqual(['list', 'checkout']);
    expect(asked.options).toMatchObject({ products: 100_000, orders: [10_000, 1_000_000], quick: false });
    expect(() => readArguments(['lists'])).toThrow(BadArguments);
    expect(() => readArguments(['--fast'])).toThrow(BadArguments);
    expect(() => readArguments(['--products', 'many'])).toThrow(BadArguments);
  });
});

describe('the id of a copied order', () => {
  it('the id of a copied order is a UUIDv7 of an earlier time, different for each copy', () => {
    const id = '01a223c2-8039-7772-aebc-adba93b4bac9';
    const [one, two] = [copyId(id, 1), copyId(id, 2)];
    expect(one).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    expect(two < one && one < id).toBe(true);
  });
});
