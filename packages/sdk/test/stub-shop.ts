/** A fake of the shop's API in tRPC's wire format. Each test defines its answers and network failures. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorRules, type ErrorCode, type Problem, type TokenPair } from '@cartwright/contracts';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly input: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Replaces the body: chunks of text. The connection stays open after them unless one is `end` or `cut`. */
  readonly stream?: readonly string[];
  /** Breaks the connection without an answer. */
  readonly cut?: true;
  /** Never answers. */
  readonly silent?: true;
}
type Handler = (request: StubRequest, count: number) => StubAnswer | Promise<StubAnswer>;

export interface StubShop {
  readonly url: string;
  readonly requests: StubRequest[];
  /** Sets the answer of a procedure; `count` is 1 at the first request for it. */
  on(path: string, handler: Handler): void;
  /** Requests for one procedure. */
  of(path: string): StubRequest[];
  close(): Promise<void>;
}

export const ok = (data: unknown, headers: Record<string, string> = {}): StubAnswer => ({ body: { result: { data } }, headers });
export const refuse = (code: ErrorCode, headers: Record<string, string> = {}, more: Partial<Problem> = {}): StubAnswer => {
  const { status, retry, title } = errorRules[code];
  const problem: Problem = { type: 'urn:test', title, status, detail: title, instance: 'request-1', code, retry, ...more };
  return { status, headers, body: { error: { message: title, code: -32_000, data: { code, httpStatus: status, path: null, problem } } } };
};
export const event = (fields: Record<string, string>): string =>
  `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\n`;

/** All items of an iterable. */
export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

let serial = 0;
/** A session whose access token expires in `livesSeconds`. */
export const tokens = (livesSeconds = 900): TokenPair => ({
  accessToken: `access-${(serial += 1)}`,
  accessTokenExpiresAt: new Date(Date.now() + livesSeconds * 1_000).toISOString(),
  refreshToken: `refresh-${serial}`,
  refreshTokenExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
});

/** Starts a fake on a free port. */
export const startStubShop = async (): Promise<StubShop> => {
  const handlers = new Map<string, Handler>();
  const requests: StubRequest[] = [];
  const server = createServer((req, res) => {
    const answer = async (): Promise<void> => {
      const url = new URL(req.url ?? '', 'http://stub');
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const sent = req.method === 'POST' ? Buffer.concat(chunks).toString() : (url.searchParams.get('input') ?? '{}');
      const path = url.pathname.replace('/trpc/', '');
      const request = { method: req.method ?? '', path, input: JSON.parse(sent) as Record<string, unknown>, headers: req.headers };
      requests.push(request);
      const count = requests.filter((one) => one.path === path).length;
      const { status = 200, headers = {}, body, stream, cut, silent } = (await handlers.get(path)?.(request, count)) ?? refuse('NOT_FOUND');
      if (silent) return;
      if (cut) return void req.socket.destroy();
      res.writeHead(status, { 'content-type': stream ? 'text/event-stream' : 'application/json', ...headers });
      if (!stream) return void res.end(typeof body === 'string' ? body : JSON.stringify(body));
      for (const chunk of stream) {
        if (chunk === 'end') return void res.end();
        if (chunk === 'cut') return void req.socket.destroy();
        await new Promise((written) => res.write(chunk, written));
      }
    };
    answer().catch((error: unknown) => res.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on: (path, handler) => void handlers.set(path, handler),
    of: (path) => requests.filter((one) => one.path === path),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
