/** Reads request bodies with a size limit, and parses JSON. */
import { DomainError } from '@cartwright/core/kernel';
import express, { type Request, type Response } from 'express';

const reader = (limit: string) => express.raw({ type: () => true, limit });
const usual = reader('1mb');
const imports = reader('25mb');

/** The bytes of a body; null if there is none. A body over the limit throws the parser's `entity.too.large`. */
export const readBody = async (req: Request, res: Response, size: 'usual' | 'import' = 'usual'): Promise<Buffer | null> => {
  if (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined) return null;
  await new Promise<void>((resolve, reject) => {
    // Rejects with the parser's error, which `errors.ts` recognises by its `type`.
    (size === 'import' ? imports : usual)(req, res, (error?: Error | 'router' | 'route') => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  const body: unknown = req.body;
  return Buffer.isBuffer(body) && body.length > 0 ? body : null;
};

/** Whether the Content-Type of a request is JSON. */
export const isJsonRequest = (req: Request): boolean => /^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '');

/** Throws `MALFORMED_BODY` unless the input of a call is a JSON object. */
export function assertObject(value: unknown, what: string): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const given = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw new DomainError('MALFORMED_BODY', `${what} must be a JSON object, not ${given}.`);
}

/** The JSON of a body; undefined when there is none. Throws `UNSUPPORTED_MEDIA_TYPE` or `MALFORMED_BODY`. */
export const readJson = async (req: Request, res: Response, size?: 'usual' | 'import'): Promise<unknown> => {
  const body = await readBody(req, res, size);
  if (!body) return undefined;
  if (!isJsonRequest(req)) throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  return parseJson(body.toString('utf8'), 'The body');
};

/** Where the parser found the error, as the end of a sentence; empty when it does not say. */
const placeOf = (error: unknown): string => {
  const { message } = error as SyntaxError;
  const place = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  if (place) return `: there is an error at ${place}`;
  if (message.includes('end of JSON')) return ': it ends too early';
  const token = /^Unexpected token '([^]+)', /.exec(message)?.[1];
  return token ? `: ${JSON.stringify(token)} is not expected there` : '';
};
const expectations = {
  'The body': 'Send a JSON object, such as {"quantity": 1}.',
  'The input in the address': 'Send a JSON object, URL-encoded: ?input=%7B%22quantity%22%3A1%7D is {"quantity": 1}.',
} as const;

/** Throws `MALFORMED_BODY` for text that is not JSON, with the place of the error and what is expected. */
export const parseJson = (text: string, what: keyof typeof expectations): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError('MALFORMED_BODY', `${what} is not valid JSON${placeOf(error)}. ${expectations[what]}`, { cause: error });
  }
};
