/** Who makes a call. Every use-case takes an actor and decides by it what may be seen and done. */
import { createHash } from 'node:crypto';
import type { Role, Scope, UserId } from '@cartwright/contracts';
import { DomainError } from './domain-error.ts';

/** A visitor without an account. */
export interface GuestActor {
  readonly kind: 'guest';
  /** The token that came with the guest's cart, as sent in `X-Cart-Token`. */
  readonly cartToken: string | null;
}
/** A signed-in account. */
export interface UserActor {
  readonly kind: 'user';
  readonly userId: UserId;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  readonly sessionId: string;
  readonly customerGroup: string | null;
  readonly accessExpiresAt: Date;
  readonly cartToken: string | null;
}
/** The shop itself: worker, schedules, command line. May do everything. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}
/** Who makes a call. */
export type Actor = GuestActor | UserActor | SystemActor;

/** The shop itself, by the name of the job or script that acts; it has every scope. */
export const system = (name: string): SystemActor => ({ kind: 'system', name });

/** Whether an actor has the scope. A guest has none. */
export const hasScope = (actor: Actor, scope: Scope): boolean =>
  actor.kind === 'system' || (actor.kind === 'user' && actor.scopes.has(scope));

/** Throws `UNAUTHENTICATED` for guests and `FORBIDDEN` for accounts that lack the scope. */
export const requireScope = (actor: Actor, scope: Scope): void => {
  if (hasScope(actor, scope)) return;
  if (actor.kind === 'guest') throw new DomainError('UNAUTHENTICATED', 'Sign in to do that.');
  throw new DomainError('FORBIDDEN', `This account does not have the scope ${scope}.`, { details: { scope } });
};

/** Throws `UNAUTHENTICATED` unless a person is signed in. */
export const requireUser = (actor: Actor): UserActor => {
  if (actor.kind !== 'user') throw new DomainError('UNAUTHENTICATED', 'Sign in to do that.');
  return actor;
};

/** SHA-256 of a guest's cart token, as stored; null for actors without one. */
export const guestTokenHash = (actor: Actor): string | null =>
  actor.kind !== 'system' && actor.cartToken ? hashToken(actor.cartToken) : null;

/** SHA-256 in hex, for random tokens that need no salt. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A short name for ledgers and histories: `user:<id>`, `guest`, `system:<name>`. */
export const actorName = (actor: Actor): string =>
  actor.kind === 'user'
    ? `${actor.role === 'customer' ? 'customer' : 'staff'}:${actor.userId}`
    : actor.kind === 'guest'
      ? 'guest'
      : `system:${actor.name}`;

/** What an idempotency key belongs to: the account, the guest's token, or a guest without a token. */
export const actorKey = (actor: Actor): string =>
  actor.kind === 'user'
    ? `user:${actor.userId}`
    : actor.kind === 'guest'
      ? `guest:${guestTokenHash(actor) ?? 'anonymous'}`
      : `system:${actor.name}`;
