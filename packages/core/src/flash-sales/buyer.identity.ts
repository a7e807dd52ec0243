/** Who counts as one buyer. Identities are keyed hashes, so that the counters hold no personal data. */
import type { Actor, Sealer } from '../kernel/index.ts';

/** The address without the part that makes several of one: `ada+2@example.com` becomes `ada@example.com`. */
const plainEmail = (email: string): string => email.toLowerCase().replace(/\+[^@]*(?=@)/, '');

/** The identities of a buyer: the e-mail address, and the account if any. A guest and a customer with the same address are one buyer. */
export const customerIdentities = (sealer: Sealer, actor: Actor, email: string): string[] => {
  const byEmail = sealer.derive('buyer', `email|${plainEmail(email)}`);
  return actor.kind === 'user' ? [sealer.derive('buyer', `account|${actor.userId}`), byEmail] : [byEmail];
};

/** The one identity that holds a place in a waiting room. */
export const queueIdentity = (sealer: Sealer, actor: Actor, email: string): string =>
  sealer.derive('buyer', actor.kind === 'user' ? `account|${actor.userId}` : `email|${plainEmail(email)}`);

/** The owner of a buyer's idempotency keys: for a guest the e-mail address, whatever the cart token. */
export const keyOwner = (sealer: Sealer, actor: Actor, email: string): string => {
  if (actor.kind === 'user') return `user:${actor.userId}`;
  if (actor.kind === 'system') return `system:${actor.name}`;
  return `guest:${sealer.index('email', email)}`;
};
