/** Who makes a call. Every use-case takes an actor and decides by it what may be seen and done. */
import { createHash } from 'node:crypto';
import { roles, scopesOfRole, type Role, type Scope, type UserId } from '@cartwright/contracts';
import { nameCall } from './call-name.ts';
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

const bearer = `Sign in first: send the accessToken of ${nameCall('auth.login')} in the header Authorization: Bearer.`;

/** The error for an account that lacks a scope: it names the roles that have the scope and who can give them. */
export const lacksScope = (scope: Scope): DomainError => {
  const able = roles.filter((role) => scopesOfRole[role].includes(scope)).join(' or ');
  return new DomainError(
    'FORBIDDEN',
    `This account may not do this. Ask an administrator of the shop to do it, or to give the account the role ${able} (scope ${scope}).`,
    { details: { scope } },
  );
};

/** Throws `UNAUTHENTICATED` for guests and `FORBIDDEN` for accounts that lack the scope. */
export const requireScope = (actor: Actor, scope: Scope): void => {
  if (hasScope(actor, scope)) return;
  if (actor.kind === 'guest') throw new DomainError('UNAUTHENTICATED', bearer);
  throw lacksScope(scope);
};

/** Throws `UNAUTHENTICATED` unless a person is signed in. */
export const requireUser = (actor: Actor): UserActor => {
  if (actor.kind !== 'user') throw new DomainError('UNAUTHENTICATED', bearer);
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
