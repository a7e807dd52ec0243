/** Load generators. Both keep a fixed number of requests under way: the next begins when one is answered. */
import { Agent, request } from 'node:http';
import autocannon from 'autocannon';

/** What one stretch of load came to. Latencies in ms. */
export interface Load {
  readonly n: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

/** GETs addresses in turn. */
export const hammer = async (urls: readonly string[], connections: number, seconds: number): Promise<Load> => {
  const [first = ''] = urls;
  const { origin } = new URL(first);
  const requests = urls.map((url) => ({ method: 'GET' as const, path: url.slice(origin.length) }));
  return toLoad(await autocannon({ url: origin, connections, duration: seconds, requests }));
};

/** GETs an address of its own each time. */
export const hammerAnew = async (origin: string, next: () => string, connections: number, seconds: number): Promise<Load> => {
  const requests = [{ method: 'GET' as const, setupRequest: (request: autocannon.Request) => ({ ...request, path: next() }) }];
  return toLoad(await autocannon({ url: origin, connections, duration: seconds, requests }));
};

const toLoad = ({ requests, latency, errors, non2xx }: autocannon.Result): Load => ({
  n: requests.total,
  perSecond: requests.average,
  p50: latency.p50,
  p99: latency.p99,
  errors: errors + non2xx,
});

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
/** One caller with a connection of its own. Answers the parsed body; throws on anything but success. */
export type Caller = <T>(sent: Sent) => Promise<T>;

const caller = (url: string, agent: Agent): Caller => {
  const { hostname, port } = new URL(url);
  return <T>({ method, path, body, headers }: Sent) =>
    new Promise<T>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const length = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const req = request({ hostname, port, method, path, agent, headers: { ...length, ...headers } }, (res) => {
        let answer = '';
        res.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        res.on('end', () => {
          if ((res.statusCode ?? 0) < 300) resolve(JSON.parse(answer) as T);
          else reject(new Error(`${method} ${path}: ${res.statusCode} ${answer.slice(0, 300)}`));
        });
      });
      req.on('error', reject).end(text);
    });
};

/** Runs an operation of several requests again and again; one latency is that of the whole operation. */
export const repeat = async (
  url: string,
  { clients, seconds }: { clients: number; seconds: number },
  operation: (call: Caller) => Promise<void>,
): Promise<Load & { readonly firstError: string | null }> => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  let errors = 0;
  let firstError: string | null = null;
  const begun = performance.now();
  const until = begun + seconds * 1_000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const start = performance.now();
      try {
        await operation(caller(url, agent));
        latencies.push(performance.now() - start);
      } catch (error) {
        errors += 1;
        firstError ??= String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const took = (performance.now() - begun) / 1_000;
  agent.destroy();
  return {
    n: latencies.length,
    perSecond: latencies.length / took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    errors,
    firstError,
  };
};
