import type { Actor } from './actor.ts';
import { nameCall } from './call-name.ts';
import { DomainError } from './domain-error.ts';

/**
 * The error for what does not exist, and for what belongs to another account: both get the same answer. `value` is the id or slug that the
 * caller sent, never a token. With the actor the error says which token opens what a guest created.
 */
export const notFound = (what: string, value?: string | null, actor?: Actor): DomainError =>
  new DomainError('NOT_FOUND', `${what}${value ? ` (${shown(value)})` : ''} was not found${actor ? hintFor(actor) : '.'}`);

const longestShown = 80;
const shown = (value: string): string => (value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);

const guestTokens = `the cartToken that ${nameCall('carts.create')} returned, or the orderToken of ${nameCall('flashSales.buy')}`;

const hintFor = (actor: Actor): string => {
  if (actor.kind === 'system' || (actor.kind === 'user' && actor.role !== 'customer')) return '.';
  if (actor.kind === 'guest' && actor.cartToken)
    return '. The X-Cart-Token of the request opens only its own cart and orders. Check the id, send another token, or sign in.';
  return actor.kind === 'guest'
    ? `. The request has no X-Cart-Token header. Send ${guestTokens}, or sign in.`
    : actor.cartToken
      ? ' in this account, nor with the X-Cart-Token of the request. Check the id, or send another token.'
      : ` in this account. If a guest created it, also send its X-Cart-Token: ${guestTokens}.`;
};
