import type { Cart, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockOpenCart } from './cart.locks.ts';
import { readCartLines, toCart, totalCartRow } from './cart.queries.ts';

type Input = z.output<ShopContract['carts']['setShipping']['input']>;

/**
 * Sets the destination and the shipping method of a cart. Throws `SHIPPING_UNAVAILABLE` for a method that does not
 * deliver this cart there.
 */
export const setCartShipping = (core: Core, actor: Actor, input: Input): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    const { countryCode, region = null, shippingMethodId = null } = input;
    const moved = { ...cart, countryCode, region, shippingMethodId };
    if (shippingMethodId !== null) {
      const { shippingOptions } = await totalCartRow(tx, moved, await readCartLines(tx, cart.id));
      if (!shippingOptions.some((option) => option.methodId === shippingMethodId))
        throw new DomainError('SHIPPING_UNAVAILABLE', 'This shipping method does not deliver this cart to this address.', {
          details: { options: shippingOptions },
        });
    }
    const { rows } = await sql<{ version: number; updatedAt: Date }>`
      update carts set country_code = ${countryCode}, region = ${region}, shipping_method_id = ${shippingMethodId}, version = version + 1, updated_at = now(), abandoned_at = null
      where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(tx.db);
    return toCart(tx, { ...moved, ...rows[0] });
  });
