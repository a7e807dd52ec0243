/** What this machine may ask the worker: is it alive, does it work, and its figures. Never open to others. */
import { createServer } from 'node:http';
import { collectDefaultMetrics } from 'prom-client';
import type { ShopWorker } from './worker.ts';

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on the loopback address. `/healthz`: the process runs; `/readyz`: the outbox is being emptied; `/metrics`. */
export const startHealth = async (worker: ShopWorker, port: number): Promise<HealthServer> => {
  const { registry } = worker.figures;
  collectDefaultMetrics({ register: registry });
  const server = createServer((req, res) => {
    const send = (status: number, type: string, text: string) => res.writeHead(status, { 'content-type': type }).end(text);
    const json = (status: number, body: unknown) => send(status, 'application/json', JSON.stringify(body));
    if (req.method !== 'GET') return json(405, { status: 'GET only' });
    if (req.url === '/healthz') return json(200, { status: 'ok' });
    if (req.url === '/readyz')
      return worker.isRelaying()
        ? json(200, { status: 'ready' })
        : json(503, { status: 'unavailable', reason: 'the outbox is not being read' });
    if (req.url !== '/metrics') return json(404, { status: 'there is nothing at this address' });
    return registry.metrics().then(
      (text) => send(200, registry.contentType, text),
      (error: unknown) => json(500, { status: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
