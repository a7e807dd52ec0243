import type { CartId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, hashToken, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getStoreTerms, totalCart, type StoreTerms } from '../pricing/index.ts';
import { assertSoldIn } from './cart.policy.ts';
import { cartColumns, type CartRow } from './cart.locks.ts';
import { describeCart } from './cart.queries.ts';

type Create = ShopContract['carts']['create'];

/** As this process knows them: nothing is sold by an empty cart, and every later look at it asks anew. */
const knownTerms = (core: Core, country: string | null, currency: string | null): Promise<StoreTerms> =>
  core.reads.read('pricing', `terms:${country ?? ''}:${currency ?? ''}`, () => getStoreTerms(core, country, currency));

/** Opens a cart. A guest gets a token with it, shown this once; a customer's cart is bound to the account. */
export const createCart = async (core: Core, actor: Actor, input: z.output<Create['input']>): Promise<z.output<Create['output']>> => {
  const terms = await knownTerms(core, input.countryCode ?? null, input.currency ?? null);
  const there = await knownTerms(core, input.countryCode ?? terms.defaultCountry, terms.currency);
  return transactOnce(core, { answers: true }, async (tx) => {
    const { row, cartToken } = await openCart(tx, actor, input, terms);
    const buyer = { signedIn: row.userId !== null, customerGroup: row.customerGroup };
    return { cart: describeCart(tx, row, [], totalCart({ ...there, lines: [], promo: null, buyer })), cartToken };
  });
};

/** Writes the row of a new cart, in a currency that the store sells in. */
export const openCart = async (
  tx: Tx,
  actor: Actor,
  input: z.output<Create['input']>,
  terms: StoreTerms,
): Promise<{ row: CartRow; cartToken: string | null }> => {
  if (actor.kind === 'system') throw new DomainError('FORBIDDEN', 'A cart belongs to a person.');
  assertSoldIn(terms);
  const cartToken = actor.kind === 'guest' ? (actor.cartToken ?? tx.ids.secret()) : null;
  const { rows } = await sql<CartRow>`
    insert into carts (id, user_id, guest_token_hash, currency, country_code)
    values (${tx.ids.next<CartId>()}, ${actor.kind === 'user' ? actor.userId : null}, ${cartToken ? hashToken(cartToken) : null}, ${terms.currency},
      ${input.countryCode ?? terms.defaultCountry})
    returning ${cartColumns}`.execute(tx.db);
  const [row] = rows;
  if (!row) throw new Error('The insert of a cart answered no row');
  return { row, cartToken };
};
