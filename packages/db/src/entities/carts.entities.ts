/** Carts and their lines. The hold of a line is a separate row, owned by inventory. */
import { cartStatuses, type AppliedRule } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Variant } from './catalog.entities.ts';
import { ShippingMethod } from './terms.entities.ts';

/** A cart of an account or of a guest. */
export const Cart = defineEntity({
  name: 'Cart',
  tableName: 'carts',
  properties: {
    id: p.uuid().primary(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').nullable().index(),
    /** SHA-256 of a guest's cart token. */
    guestTokenHash: p.string().length(64).nullable(),
    status: p.enum(cartStatuses).default('active'),
    currency: p.character().length(3),
    countryCode: p.character().length(2).nullable(),
    /** Region within the country, such as `CA`. */
    region: p.string().length(100).nullable(),
    shippingMethodId: () => p.manyToOne(ShippingMethod).mapToPk().fieldName('shipping_method_id').nullable().deleteRule('set null'),
    promoCode: p.string().length(64).nullable(),
    /** Gift cards and store credit that pay for the cart, each with its balance when the buyer added it. */
    credits: p.json<{ creditId: string; seenCents: number }[]>().defaultRaw(`'[]'::jsonb`),
    noteSealed: p.text().nullable(),
    emailSealed: p.text().nullable(),
    shippingAddressSealed: p.text().nullable(),
    /** When `cart.abandoned` was emitted; the next change sets it to null. */
    abandonedAt: p.datetime().nullable(),
    /** The cart that this cart was merged into. */
    mergedInto: p.uuid().nullable(),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'carts_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'carts_credits', expression: 'jsonb_array_length(credits) <= 5' },
    { name: 'carts_one_owner', expression: '(user_id is null) <> (guest_token_hash is null)' },
    { name: 'carts_merged', expression: `(status = 'merged') = (merged_into is not null)` },
  ],
  indexes: [
    { name: 'carts_left', expression: `create index carts_left on carts (updated_at) where status = 'active' and abandoned_at is null` },
    { name: 'carts_recent', expression: `create index carts_recent on carts (updated_at) where status = 'active'` },
    {
      name: 'carts_active_guest',
      expression:
        'create index carts_active_guest on carts (guest_token_hash, updated_at desc) ' +
        `where status = 'active' and guest_token_hash is not null`,
    },
  ],
});

/** A line of a cart: one variant, with the price of its last change. */
export const CartItem = defineEntity({
  name: 'CartItem',
  tableName: 'cart_items',
  properties: {
    id: p.uuid().primary(),
    cartId: () => p.manyToOne(Cart).mapToPk().fieldName('cart_id').deleteRule('cascade'),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').index().deleteRule('cascade'),
    quantity: p.integer(),
    baseUnitPriceCents: p.bigint('number'),
    unitPriceCents: p.bigint('number'),
    appliedRules: p.json<AppliedRule[]>().defaultRaw(`'[]'::jsonb`),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'cart_items_quantity', expression: 'quantity between 1 and 10000' },
    { name: 'cart_items_price', expression: 'unit_price_cents >= 0 and base_unit_price_cents >= 0' },
  ],
  uniques: [{ name: 'cart_items_one_line_per_variant', properties: ['cartId', 'variantId'] }],
});
