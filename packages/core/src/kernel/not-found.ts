import type { Actor } from './actor.ts';
import { DomainError } from './domain-error.ts';

/**
 * The error for what does not exist, and for what belongs to another account: both get the same answer. With the actor it says which token
 * opens what a guest created.
 */
export const notFound = (what: string, actor?: Actor): DomainError =>
  new DomainError('NOT_FOUND', `${what} was not found${actor ? hintFor(actor) : '.'}`);

const guestTokens = 'the cartToken that carts.create returned, or the orderToken of flashSales.buy';

const hintFor = (actor: Actor): string => {
  if (actor.kind === 'system' || (actor.kind === 'user' && actor.role !== 'customer')) return '.';
  if (actor.cartToken) return ` with this X-Cart-Token. Send ${guestTokens}.`;
  return actor.kind === 'guest'
    ? `. The request has no X-Cart-Token header. Send ${guestTokens}, or sign in.`
    : ` in this account. If a guest created it, also send its X-Cart-Token: ${guestTokens}.`;
};
