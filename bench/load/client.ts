/**
 * The HTTP client of the load generator: one keep-alive connection, one request at a time. It is written on a plain socket because
 * Node's own client costs several times the CPU time of a `hello`: the generator would then be what is measured.
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
/** A request was answered by another status than a success. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor({ method, path }: Sent, answer: Answer) {
    super(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    this.answer = answer;
  }
}

/** One caller with a connection of its own. */
export interface Client {
  /** Sends a request once and answers status and body, whatever the status is. */
  send(sent: Sent): Promise<Answer>;
  /**
   * Sends a request as the SDK does: one that is answered 429 or 503 with `retry: safe` is sent again after a pause. Answers status and body.
   * `repeats` counts them, so that a shop which asks for many cannot hide it.
   */
  ask(sent: Sent): Promise<Answer>;
  /** As `ask`, and returns the parsed body. Throws `Refused` unless the request succeeded. */
  call<T>(sent: Sent): Promise<T>;
  close(): void;
}

/** Requests of this process that were sent again. */
export const repeats = { count: 0 };
const mostRepeats = 10;
const mayBeSentAgain = ({ status, body }: Answer): boolean => (status === 429 || status === 503) && body.includes('"retry":"safe"');

const headEnd = Buffer.from('\r\n\r\n');

export interface ReadAnswer {
  readonly answer: Answer;
  /** Where the answer ends. */
  readonly rest: number;
  /** Whether the server closes the connection after it. */
  readonly last: boolean;
}
/** Reads one answer out of what has arrived; null while it is not complete. */
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

/** Opens a client for one address; it connects at its first request and again after the server closed the connection. */
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
    // The server closes a connection that was idle for long: the next request opens another.
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
