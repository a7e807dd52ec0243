/** Bodies: read raw and bounded, parsed as JSON where JSON is due. */
import { DomainError } from '@cartwright/core/kernel';
import express, { type Request, type RequestHandler } from 'express';

const usual = '1mb';
const imports = '25mb';

/** Keeps the body as bytes on `req.body`: webhooks are signed over these. CSV imports may be larger than the rest. */
export const rawBody = (): RequestHandler => {
  const small = express.raw({ type: () => true, limit: usual });
  const large = express.raw({ type: () => true, limit: imports });
  return (req, res, next) => (/\/imports[./]/.test(req.path) ? large : small)(req, res, next);
};

/** The JSON of a body; undefined when there is none. Throws `UNSUPPORTED_MEDIA_TYPE` or `MALFORMED_BODY`. */
export const jsonBody = (req: Request): unknown => {
  const body: unknown = req.body;
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined;
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  return parseJson(body.toString('utf8'));
};

/** Throws `MALFORMED_BODY` for text that is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError('MALFORMED_BODY', 'The request is not valid JSON.', { cause: error });
  }
};
