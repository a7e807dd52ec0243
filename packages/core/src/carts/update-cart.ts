import type { Cart, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { transact, type Actor, type Core } from '../kernel/index.ts';
import { regionCode } from '../pricing/index.ts';
import { lockOpenCart } from './cart.locks.ts';
import { getCart, toCart } from './cart.queries.ts';

type Input = z.output<ShopContract['carts']['update']['input']>;

/**
 * Keeps what the buyer says before the checkout: note, e-mail address, shipping address, country. What is
 * left out stays, null takes back. The address says for where shipping and tax are worked out, unless a
 * country is named beside it. Sealed at rest, and shown to the owner of the cart only.
 */
export const updateCart = (core: Core, actor: Actor, input: Input): Promise<Cart> => {
  const { cartId, note, email, shippingAddress, countryCode } = input;
  if ([note, email, shippingAddress, countryCode].every((field) => field === undefined)) return getCart(core, actor, { cartId });
  return transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, cartId, actor);
    const seal = (column: string, plain: string | null): string | null => plain && tx.sealer.seal(['carts', column, cart.id], plain);
    const next = {
      noteSealed: note === undefined ? cart.noteSealed : seal('note_sealed', note),
      emailSealed: email === undefined ? cart.emailSealed : seal('email_sealed', email),
      shippingAddressSealed:
        shippingAddress === undefined
          ? cart.shippingAddressSealed
          : seal('shipping_address_sealed', shippingAddress && JSON.stringify(shippingAddress)),
      countryCode: countryCode === undefined ? (shippingAddress?.countryCode ?? cart.countryCode) : countryCode,
      region: shippingAddress ? regionCode(shippingAddress) : countryCode === undefined ? cart.region : null,
    };
    const { rows } = await sql<{ version: number; updatedAt: Date }>`
      update carts set note_sealed = ${next.noteSealed}, email_sealed = ${next.emailSealed}, shipping_address_sealed = ${next.shippingAddressSealed},
        country_code = ${next.countryCode}, region = ${next.region}, version = version + 1, updated_at = now(), abandoned_at = null
      where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(tx.db);
    return toCart(tx, { ...cart, ...next, ...rows[0] });
  });
};
