/** What a call knows of the request it came in with. */
import { headers, type RateBudget } from '@cartwright/contracts';
import { authenticate } from '@cartwright/core/accounts';
import type { Gate } from '@cartwright/core/composition';
import type { Actor, Core, GuestActor } from '@cartwright/core/kernel';
import type { Request, Response } from 'express';
import type { Metrics } from './metrics.ts';
import { networkOf } from './network.ts';
import type { OpenAnswers } from './open-answers.ts';

/** One running server: what all of its requests share. */
export interface Edge {
  readonly core: Core;
  readonly budgets: Readonly<Record<RateBudget, { points: number; seconds: number }>>;
  readonly metrics: Metrics;
  /** Ends feeds and files whose caller may no longer have them. */
  readonly openAnswers: OpenAnswers;
  /** What may be in the way of serving; a host without one answers for its database itself. */
  readonly gate?: Gate;
  /** Answers that stay open, such as live feeds; a shutdown ends them. */
  readonly streams: Set<Response>;
  /** Set once the server shuts down: from then on connections are not kept for another request. */
  draining: boolean;
}

const one = (value: string | string[] | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Ids that a client resumes a live feed by, besides those of its items. */
interface FeedPlaces {
  readonly began: string;
  /** Where the feed waits for more; null while it has something to show. */
  place(): string | null;
}

/** A class rather than an object literal, so that what a call does not use is not worked out. */
export class RequestContext {
  readonly edge: Edge;
  readonly requestId: string;
  /** Of a live feed that can be resumed before its first item, and after a long time without one. */
  feedPlaces: FeedPlaces | null = null;
  readonly #req: Request;
  readonly #res: Response;
  #identity: Promise<Actor> | null = null;
  #actor: Actor | null = null;

  constructor(edge: Edge, req: Request, res: Response) {
    this.edge = edge;
    this.requestId = requestIdOf(res);
    this.#req = req;
    this.#res = res;
  }

  get core(): Core {
    return this.edge.core;
  }

  /** The caller's network, as far as the configured proxies are believed: the IPv4 address, or the /64 of an IPv6 one. */
  get ip(): string {
    return networkOf(this.#req.ip);
  }

  get idempotencyKey(): string | null {
    return one(this.#req.headers[headers.idempotencyKey]);
  }

  get ifMatch(): string | null {
    return one(this.#req.headers[headers.ifMatch]);
  }

  /** Who is asking, as `identify` found out; a guest before that. */
  get actor(): Actor {
    return this.#actor ?? this.#guest();
  }

  /** Finds out who is asking, once a request and only by a token that was sent. Throws when that token is not valid. */
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

/** The id that was given to the request of this answer. */
export const requestIdOf = (res: Response): string => String(res.locals['requestId']);
