import type { Currency, Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core, type SealedColumnOf, type Tx } from '../kernel/index.ts';
import { checkAddress, storedRegion } from '../places/index.ts';
import { getShopTerms } from '../pricing/index.ts';
import { assertSoldIn } from './cart.policy.ts';
import { lockOpenCart } from './cart.locks.ts';
import type { CartRow } from './cart.row.ts';
import { getCart, hasLines, toCart } from './cart.queries.ts';
import { setCartFields } from './cart.store.ts';

type Input = z.output<ShopContract['carts']['update']['input']>;

/**
 * Updates the note, e-mail address, shipping address and country of a cart and, while the cart is empty, its currency.
 * Omitted fields stay, null clears a field. Shipping and tax are calculated for the address, or for the country when
 * one is sent. Personal fields are sealed at rest and shown to the owner of the cart only. Throws `CURRENCY_MISMATCH`
 * for another currency than that of the lines, or one that the shop does not sell in.
 */
export const updateCart = (core: Core, actor: Actor, input: Input): Promise<Cart> => {
  const { cartId, note, email, countryCode, currency } = input;
  const shippingAddress = input.shippingAddress && checkAddress(input.shippingAddress);
  if ([note, email, shippingAddress, countryCode, currency].every((field) => field === undefined)) return getCart(core, actor, { cartId });
  return transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, cartId, actor);
    const switched = currency !== undefined && currency !== cart.currency;
    if (switched) await assertMaySwitch(tx, cart, currency);
    const seal = (column: SealedColumnOf<'carts'>, plain: string | null): string | null =>
      plain && tx.sealer.seal(['carts', column, cart.id], plain);
    const next = {
      noteSealed: note === undefined ? cart.noteSealed : seal('note_sealed', note),
      emailSealed: email === undefined ? cart.emailSealed : seal('email_sealed', email),
      shippingAddressSealed:
        shippingAddress === undefined
          ? cart.shippingAddressSealed
          : seal('shipping_address_sealed', shippingAddress && JSON.stringify(shippingAddress)),
      countryCode: countryCode === undefined ? (shippingAddress?.countryCode ?? cart.countryCode) : countryCode,
      currency: currency ?? cart.currency,
      // A shipping method has prices in one currency, and a gift card has a balance in one.
      shippingMethodId: switched ? null : cart.shippingMethodId,
      credits: switched ? [] : cart.credits,
      region: shippingAddress
        ? storedRegion(shippingAddress.countryCode, shippingAddress.region)
        : countryCode === undefined
          ? cart.region
          : null,
    };
    return toCart(tx, { ...cart, ...next, ...(await setCartFields(tx, cart.id, next)) });
  });
};

/** Prices are in one currency and are not converted, so a cart with lines cannot change its currency. */
const assertMaySwitch = async (tx: Tx, cart: CartRow, currency: Currency): Promise<void> => {
  if (await hasLines(tx, cart.id))
    throw new DomainError('CURRENCY_MISMATCH', `This cart is priced in ${cart.currency}. Empty it, or create a cart in ${currency}.`, {
      details: { requested: currency, available: [cart.currency], variantId: null },
    });
  assertSoldIn(await getShopTerms(tx, null, currency));
};
