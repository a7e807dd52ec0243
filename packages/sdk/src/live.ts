/** Live feeds: Server-Sent Events as tRPC sends them, read by `fetch`, so that headers work and no EventSource is needed. */
import { CartwrightError } from './errors.ts';

interface SseMessage {
  event: string;
  data: string;
  id: string | null;
}

/** Splits a byte stream into messages, as the HTML standard describes. */
async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let buffer = '';
  let message: SseMessage = { event: 'message', data: '', id: null };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += decoder.decode(value, { stream: true });
      for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
        const line = buffer.slice(0, end).replace(/\r$/, '');
        buffer = buffer.slice(end + 1);
        if (line === '') {
          if (message.data !== '' || message.event !== 'message') yield message;
          message = { event: 'message', data: '', id: null };
          continue;
        }
        const colon = line.indexOf(':');
        const [field, text] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
        if (field === 'data') message.data += (message.data ? '\n' : '') + text;
        else if (field === 'event') message.event = text;
        else if (field === 'id') message.id = text;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

export interface LiveOptions {
  readonly url: (lastEventId: string | null) => string;
  readonly fetch: typeof fetch;
  readonly headers: () => Promise<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Pause before a lost connection is made again. */
  readonly reconnectMs: number;
}

/** Yields items until the signal ends it; a lost connection is made again after the last item seen. */
export async function* openLive<T>({ url, fetch, headers, signal, reconnectMs }: LiveOptions): AsyncGenerator<T> {
  let lastId: string | null = null;
  while (!signal?.aborted) {
    try {
      const response: Response = await fetch(url(lastId), {
        headers: { ...(await headers()), accept: 'text/event-stream' },
        ...(signal && { signal }),
      });
      if (!response.ok || !response.body)
        throw new CartwrightError({
          code: response.status === 401 ? 'INVALID_TOKEN' : response.status === 403 ? 'FORBIDDEN' : 'UNEXPECTED_ANSWER',
          message: `The live feed was refused with ${response.status}.`,
          status: response.status,
          retry: response.status >= 500 ? 'safe' : 'never',
        });
      const messages: AsyncGenerator<SseMessage> = readMessages(response.body);
      for await (const message of messages) {
        if (message.event === 'return') return;
        if (message.event === 'serialized-error')
          throw new CartwrightError({
            code: 'UNEXPECTED_ANSWER',
            message: 'The live feed ended with an error.',
            status: 200,
            retry: 'safe',
          });
        if (message.event !== 'message') continue;
        if (message.id) lastId = message.id;
        yield JSON.parse(message.data) as T;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof CartwrightError && error.retry === 'never') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }
}
