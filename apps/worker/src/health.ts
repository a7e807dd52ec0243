/** HTTP endpoints of the worker for health probes and Prometheus. */
import { createServer, type IncomingMessage } from 'node:http';
import { isLoopback, isSameToken } from '@cartwright/core/kernel';
import { collectDefaultMetrics, type Registry } from 'prom-client';

/** The running HTTP server of the worker. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What the endpoints report about. */
export interface Watched {
  readonly registry: Registry;
  /** Why the worker does not work now; null when it does. Answers from memory, without a request to the database or Redis. */
  notReadyReason(): string | null;
  /** Consumers of events that no running worker handles. */
  absentConsumers(): readonly string[];
}

/** Where the server listens, and who may read the metrics. */
export interface HealthSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bearer token for `/metrics`. Null: only this machine can read them. */
  readonly metricsToken: string | null;
}

const mayReadMetrics = ({ socket, headers }: IncomingMessage, token: string | null): boolean =>
  token === null
    ? isLoopback(socket.remoteAddress) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined
    : isSameToken(headers.authorization ?? '', `Bearer ${token}`);

/** Starts the server. `/healthz`: the process runs. `/readyz`: events are relayed. `/metrics`: Prometheus metrics. */
export const startHealth = async (watched: Watched, { host, port, metricsToken }: HealthSettings): Promise<HealthServer> => {
  const { registry } = watched;
  collectDefaultMetrics({ register: registry });
  const nothingHere = { status: 'there is nothing at this address' };
  const server = createServer((req, res) => {
    const send = (status: number, type: string, text: string) => res.writeHead(status, { 'content-type': type }).end(text);
    const json = (status: number, body: unknown) => send(status, 'application/json', JSON.stringify(body));
    if (req.method !== 'GET') return json(405, { status: 'GET only' });
    if (req.url === '/healthz') return json(200, { status: 'ok' });
    if (req.url === '/readyz') {
      const reason = watched.notReadyReason();
      const absentConsumers = watched.absentConsumers();
      // An absent consumer is an alert, not a reason to take this worker out of service.
      const details = absentConsumers.length > 0 ? { absentConsumers } : {};
      return reason === null ? json(200, { status: 'ready', ...details }) : json(503, { status: 'unavailable', reason, ...details });
    }
    if (req.url !== '/metrics' || !mayReadMetrics(req, metricsToken)) return json(404, nothingHere);
    return registry.metrics().then(
      (text) => send(200, registry.contentType, text),
      (error: unknown) => json(500, { status: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${typeof address === 'object' && address ? address.port : port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
