/** What a call knows of the request it came in with. */
import { headers } from '@cartwright/contracts';
import { authenticate } from '@cartwright/core/accounts';
import type { Actor, Core } from '@cartwright/core/kernel';
import type { Request, Response } from 'express';

export interface CallContext {
  readonly core: Core;
  readonly requestId: string;
  readonly ip: string;
  readonly idempotencyKey: string | null;
  /** Who is asking. Looked up at the first use, once a request; throws when a token is sent that is not valid. */
  actor(): Promise<Actor>;
  setHeader(name: string, value: string): void;
}

const one = (value: string | string[] | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const createContext = (core: Core, req: Request, res: Response): CallContext => {
  let actor: Promise<Actor> | undefined;
  const cartToken = one(req.headers[headers.cartToken]);
  const authorization = one(req.headers.authorization);
  const bearer = authorization ? (/^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '') : null;
  return {
    core,
    requestId: String(res.locals['requestId']),
    ip: req.ip ?? 'unknown',
    idempotencyKey: one(req.headers[headers.idempotencyKey]),
    actor: () => (actor ??= bearer === null ? Promise.resolve({ kind: 'guest', cartToken }) : authenticate(core, bearer, cartToken)),
    setHeader: (name, value) => {
      if (!res.headersSent) res.setHeader(name, value);
    },
  };
};
