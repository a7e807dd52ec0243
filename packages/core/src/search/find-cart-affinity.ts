/** The categories and brands that a buyer prefers, by their open cart. */
import { guestTokenHash, type Actor, type Core, type SearchRequest } from '../kernel/index.ts';
import { readCartAffinity, type CartOwner } from '../read-models/cart-affinity.ts';

const ownerOf = (actor: Actor): CartOwner | null => {
  if (actor.kind === 'user') return ['user_id', actor.userId];
  const token = guestTokenHash(actor);
  return token === null ? null : ['guest_token_hash', token];
};

/** Categories and brands of the lines in the latest open cart; null without one, and without a query for actors who cannot have one. */
export const findCartAffinity = async (core: Core, actor: Actor): Promise<SearchRequest['affinity']> => {
  const owner = ownerOf(actor);
  if (!owner) return null;
  const affinity = await readCartAffinity(core, owner);
  return affinity.categoryIds.length + affinity.brands.length > 0 ? affinity : null;
};
