/**
 * The HTTP client of the load generator: one keep-alive connection, one request at a time. It uses a plain socket, because Node's
 * client takes several times the CPU time of a `hello`, so the benchmark would measure the load generator.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
/** The response of a request has no success status. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor({ method, path }: Sent, answer: Answer) {
    super(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    this.answer = answer;
  }
}

/** A client with its own connection. */
export interface Client {
  /** Sends a request once and returns status and body, for any status. */
  send(sent: Sent): Promise<Answer>;
  /**
   * Sends a request as the SDK does: after a 429 or 503 with `retry: safe` it is sent again after a pause. Returns status and body.
   * `repeats` counts these requests, so that the results show them.
   */
  ask(sent: Sent): Promise<Answer>;
  /** As `ask`, and returns the parsed body. Throws `Refused` unless the request succeeded. */
  call<T>(sent: Sent): Promise<T>;
  close(): void;
}

/** Repeated requests of this process. */
export const repeats = { count: 0 };
const mostRepeats = 10;
const mayBeSentAgain = ({ status, body }: Answer): boolean => (status === 429 || status === 503) && body.includes('"retry":"safe"');

const headEnd = Buffer.from('\r\n\r\n');

export interface ReadAnswer {
  readonly answer: Answer;
  /** The offset after the response. */
  readonly rest: number;
  /** Whether the server closes the connection after it. */
  readonly last: boolean;
}
/** Parses one response from the received bytes; null while it is incomplete. */
export const readAnswer = (bytes: Buffer): ReadAnswer | null => {
  const head = bytes.indexOf(headEnd);
  if (head < 0) return null;
  const lines = bytes.toString('latin1', 0, head);
  const status = Number(lines.slice(9, 12));
  const from = head + 4;
  const last = /\r\nconnection: *close/i.test(lines);
  const length = /\r\ncontent-length: *(\d+)/i.exec(lines)?.[1];
  if (length !== undefined) {
    const to = from + Number(length);
    return bytes.length < to ? null : { answer: { status, body: bytes.toString('utf8', from, to) }, rest: to, last };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(lines)) return { answer: { status, body: '' }, rest: from, last };
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (bytes.length < end) return null;
    if (size === 0) return { answer: { status, body: Buffer.concat(parts).toString('utf8') }, rest: end, last };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = end;
  }
};

const requestText = (host: string, { method, path, headers, body }: Sent): string => {
  const text = body === undefined ? '' : JSON.stringify(body);
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  if (headers) for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  if (body !== undefined) head += `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
  return `${head}\r\n${text}`;
};

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Creates a client for one URL. It connects at its first request, and again after the server closed the connection. */
export const openClient = (url: string): Client => {
  const { hostname, port, host } = new URL(url);
  let socket: Socket | null = null;
  let waiting: Waiting | null = null;
  let received: Buffer = Buffer.alloc(0);

  const open = (): Socket => {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true });
    opened.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const read = readAnswer(received);
      if (!read) return;
      received = received.subarray(read.rest);
      const { resolve } = waiting ?? { resolve: () => undefined };
      waiting = null;
      if (read.last) drop(opened);
      resolve(read.answer);
    });
    // The server closes idle connections; the next request opens another one.
    opened.on('end', () => waiting ?? drop(opened));
    opened.on('error', (error) => fail(opened, error));
    opened.on('close', () => fail(opened, new Error('The server closed the connection before it answered.')));
    return opened;
  };
  const drop = (of: Socket): void => {
    if (socket === of) socket = null;
    received = Buffer.alloc(0);
    of.destroy();
  };
  const fail = (of: Socket, error: Error): void => {
    if (socket !== of) return;
    socket = null;
    received = Buffer.alloc(0);
    const { reject } = waiting ?? { reject: () => undefined };
    waiting = null;
    reject(error);
  };
  const send = (sent: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (waiting) throw new Error('A client sends one request at a time.');
      waiting = { resolve, reject };
      socket ??= open();
      socket.write(requestText(host, sent));
    });
  const ask = async (sent: Sent): Promise<Answer> => {
    for (let repeated = 0; ; repeated += 1) {
      const answer = await send(sent);
      if (repeated === mostRepeats || !mayBeSentAgain(answer)) return answer;
      repeats.count += 1;
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** Math.min(repeated, 5)));
    }
  };
  return {
    send,
    ask,
    call: async <T>(sent: Sent) => {
      const answer = await ask(sent);
      if (answer.status < 200 || answer.status >= 300) throw new Refused(sent, answer);
      return JSON.parse(answer.body) as T;
    },
    close: () => {
      const open = socket;
      socket = null;
      open?.destroy();
    },
  };
};
