/** Parses Server-Sent Events from a byte stream, as the HTML standard defines them. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string | null;
}

const empty: SseMessage = { event: 'message', data: '', id: null };

const add = (message: SseMessage, line: string): SseMessage => {
  const colon = line.indexOf(':');
  const [field, text] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
  if (field === 'data') return { ...message, data: message.data ? `${message.data}\n${text}` : text };
  if (field === 'event') return { ...message, event: text };
  return field === 'id' ? { ...message, id: text } : message;
};

/** What the reader of a stream tells its caller. */
export interface SseOptions {
  /** Called for every received chunk, including comments that only keep the connection open. */
  readonly onChunk: () => void;
  /** Creates the error to throw when the stream is interrupted. */
  readonly onLost: (cause: unknown) => Error;
}

/** Yields messages until the stream ends. Ending the iteration ends the stream. */
export async function* readMessages(body: ReadableStream<Uint8Array>, { onChunk, onLost }: SseOptions): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const read = () =>
    reader.read().catch((cause: unknown) => {
      throw onLost(cause);
    });
  let buffer = '';
  let message = empty;
  try {
    for (let chunk = await read(); !chunk.done; chunk = await read()) {
      onChunk();
      buffer += decoder.decode(chunk.value, { stream: true });
      for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
        const line = buffer.slice(0, end).replace(/\r$/, '');
        buffer = buffer.slice(end + 1);
        if (line !== '') message = add(message, line);
        else {
          if (message.data !== '' || message.event !== 'message') yield message;
          message = empty;
        }
      }
    }
  } finally {
    // Cancelling an interrupted stream rejects with the error that was thrown above.
    await reader.cancel().catch(() => undefined);
  }
}
