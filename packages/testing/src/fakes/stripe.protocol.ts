/** How Stripe's HTTP API encodes requests, refusals and lists. */
import type { IncomingMessage } from 'node:http';

/** An HTTP response. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A refusal of a request that is not valid. */
export const refusal = (status: number, message: string, code?: string): Answer => ({
  status,
  body: { error: { type: 'invalid_request_error', ...(code && { code }), message } },
});

/** The fields of a request's form. */
export const readForm = async (req: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};

/** The metadata in a form: its fields `metadata[name]`. */
export const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([key, value]) => {
      const name = /^metadata\[(\w+)\]$/.exec(key)?.[1];
      return name === undefined ? [] : [[name, value] as const];
    }),
  );

/** A page of objects, newest first, as Stripe lists them. */
export const pageOf = <T extends { id: string; created: number }>(url: string, objects: readonly T[], query: URLSearchParams): Answer => {
  const after = query.get('starting_after');
  const all = objects.filter((one) => one.created >= Number(query.get('created[gte]') ?? 0)).toReversed();
  const rest = after ? all.slice(all.findIndex((one) => one.id === after) + 1) : all;
  const limit = Number(query.get('limit') ?? 10);
  return { status: 200, body: { object: 'list', url, data: rest.slice(0, limit), has_more: rest.length > limit } };
};
