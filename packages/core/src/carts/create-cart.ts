import type { Currency, Cart, CartId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, groupedStep, hashToken, patientQueue, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getShopTerms, totalCart, type ShopTerms } from '../pricing/index.ts';
import { assertSoldIn } from './cart.policy.ts';
import type { CartRow } from './cart.row.ts';
import { describeCart } from './cart.queries.ts';
import { insertCarts, type NewCart } from './cart.store.ts';

type Create = ShopContract['carts']['create'];

/** The terms may be cached: an empty cart sells nothing, and every later step reads them again. */
const knownTerms = (core: Core, country: string | null, currency: Currency | null): Promise<ShopTerms> =>
  core.reads.read('pricing', `terms:${country ?? ''}:${currency ?? ''}`, () => getShopTerms(core, country, currency));

/** Creates a cart. A guest gets its token, shown only this once; the cart of a customer belongs to the account. */
export const createCart = async (core: Core, actor: Actor, input: z.output<Create['input']>): Promise<z.output<Create['output']>> => {
  const terms = await knownTerms(core, input.countryCode ?? null, input.currency ?? null);
  const there = await knownTerms(core, input.countryCode ?? terms.defaultCountry, terms.currency);
  const describe = (row: CartRow): Cart => {
    const buyer = { signedIn: row.userId !== null, customerGroup: row.customerGroup };
    return describeCart(core, row, [], totalCart({ ...there, lines: [], promo: null, buyer }));
  };
  const { cart, cartToken } = toNewCart(core, actor, input, terms);
  return createCarts(core, { cart, answer: (row) => ({ cart: describe(row), cartToken }) });
};

interface Creation {
  readonly cart: NewCart;
  readonly answer: (row: CartRow) => z.output<Create['output']>;
}

/** Carts created at the same moment share one statement. */
const createCarts = groupedStep<Creation, z.output<Create['output']>>({
  maxBatch: 64,
  ...patientQueue,
  oneStatement: () => true,
  once: true,
  step: async (tx, creations) => {
    const rows = await insertCarts(
      tx,
      creations.map(({ cart }) => cart),
    );
    const byId = new Map<string, CartRow>(rows.map((row) => [row.id, row]));
    return creations.map(({ cart, answer }) => answer(byId.get(cart.id) ?? missing()));
  },
});

const missing = (): never => {
  throw new Error('The insert of a cart returned no row');
};

/** Throws when the shop does not sell in the currency. */
const toNewCart = (
  { ids }: Pick<Core | Tx, 'ids'>,
  actor: Actor,
  input: z.output<Create['input']>,
  terms: ShopTerms,
): { cart: NewCart; cartToken: string | null } => {
  if (actor.kind === 'system') throw new DomainError('FORBIDDEN', 'Only a customer or a guest can have a cart.');
  assertSoldIn(terms);
  const cartToken = actor.kind === 'guest' ? (actor.cartToken ?? ids.secret()) : null;
  const cart = {
    id: ids.next<CartId>(),
    userId: actor.kind === 'user' ? actor.userId : null,
    guestTokenHash: cartToken ? hashToken(cartToken) : null,
    currency: terms.currency,
    countryCode: input.countryCode ?? terms.defaultCountry,
  };
  return { cart, cartToken };
};

/** Writes the row of a new cart. Throws when the shop does not sell in the currency. */
export const openCart = async (
  tx: Tx,
  actor: Actor,
  input: z.output<Create['input']>,
  terms: ShopTerms,
): Promise<{ row: CartRow; cartToken: string | null }> => {
  const { cart, cartToken } = toNewCart(tx, actor, input, terms);
  const [row] = await insertCarts(tx, [cart]);
  return { row: row ?? missing(), cartToken };
};
