/** Request context of a call. */
import { headers, type RateBudget } from '@cartwright/contracts';
import { authenticate } from '@cartwright/core/accounts';
import type { Gate } from '@cartwright/core/composition';
import type { Actor, Core, GuestActor } from '@cartwright/core/kernel';
import type { Request, Response } from 'express';
import type { Metrics } from './metrics.ts';
import { networkOf } from './network.ts';
import type { OpenResponses } from './open-responses.ts';

/** What all requests of one running server share. */
export interface HttpLayer {
  readonly core: Core;
  readonly budgets: Readonly<Record<RateBudget, { points: number; seconds: number }>>;
  readonly metrics: Metrics;
  /** Ends feeds and downloads whose caller has lost access. */
  readonly openResponses: OpenResponses;
  /** Reports what prevents serving; a host without a gate checks its database itself. */
  readonly gate?: Gate;
  /** Open responses, such as live feeds; a shutdown ends them. */
  readonly streams: Set<Response>;
  /** Set when the server shuts down; connections are then closed after their response. */
  draining: boolean;
}

const one = (value: string | string[] | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Ids from which a client can resume a live feed, in addition to those of its items. */
interface FeedPlaces {
  readonly began: string;
  /** Id of the current position; null while items are waiting to be sent. */
  place(): string | null;
}

/** A class with getters, so that a call computes only what it uses. */
export class RequestContext {
  readonly http: HttpLayer;
  readonly requestId: string;
  /** Set by live feeds that can resume before their first item and after a long time without one. */
  feedPlaces: FeedPlaces | null = null;
  readonly #req: Request;
  readonly #res: Response;
  #identity: Promise<Actor> | null = null;
  #actor: Actor | null = null;
  #core: Core | null = null;

  constructor(http: HttpLayer, req: Request, res: Response) {
    this.http = http;
    this.requestId = requestIdOf(res);
    this.#req = req;
    this.#res = res;
  }

  get core(): Core {
    return this.#core ?? this.http.core;
  }

  /** This context with the core of one call under a key. */
  withCore(core: Core): RequestContext {
    const context = new RequestContext(this.http, this.#req, this.#res);
    context.#core = core;
    context.#identity = this.#identity;
    context.#actor = this.#actor;
    return context;
  }

  /** The caller's network, as reported by the trusted proxies: the IPv4 address, or the /64 of an IPv6 address. */
  get ip(): string {
    return networkOf(this.#req.ip);
  }

  get idempotencyKey(): string | null {
    return one(this.#req.headers[headers.idempotencyKey]);
  }

  get ifMatch(): string | null {
    return one(this.#req.headers[headers.ifMatch]);
  }

  /** The caller as found by `identify`; a guest before that. */
  get actor(): Actor {
    return this.#actor ?? this.#guest();
  }

  /** Identifies the caller by the token that was sent, once per request. Throws if the token is not valid. */
  async identify(): Promise<Actor> {
    if (this.#actor) return this.#actor;
    const authorization = one(this.#req.headers.authorization);
    if (authorization === null) return (this.#actor = this.#guest());
    const bearer = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    this.#identity ??= authenticate(this.core, bearer, one(this.#req.headers[headers.cartToken]));
    return (this.#actor = await this.#identity);
  }

  setHeader(name: string, value: string): void {
    if (!this.#res.headersSent) this.#res.setHeader(name, value);
  }

  #guest(): GuestActor {
    return { kind: 'guest', cartToken: one(this.#req.headers[headers.cartToken]) };
  }
}

/** Request id of this response. */
export const requestIdOf = (res: Response): string => String(res.locals['requestId']);
