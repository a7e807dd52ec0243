/** Gift cards and store credit: balances, ledger movements, and their use by orders. */
import { storeCreditKinds, storeCreditMovementKinds, storeCreditStates } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Order } from './orders.entities.ts';

/** One gift card, or the credit of one account in one currency. */
export const StoreCredit = defineEntity({
  name: 'StoreCredit',
  tableName: 'store_credits',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(storeCreditKinds),
    /** Keyed hash of a gift card's code; the code itself is not stored. */
    codeHash: p.string().length(64).nullable().unique(),
    lastFour: p.character().length(4).nullable(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').deleteRule('no action').nullable(),
    currency: p.character().length(3),
    /** The sum of its movements. */
    balanceCents: p.bigint('number'),
    expiresAt: p.datetime().nullable(),
    state: p.enum(storeCreditStates).default('active'),
    note: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'store_credits_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'store_credits_balance', expression: 'balance_cents >= 0' },
    {
      name: 'store_credits_kind_fields',
      expression:
        `case kind when 'gift_card' then code_hash is not null and last_four is not null and user_id is null else code_hash is ` +
        'null and last_four is null and user_id is not null and expires_at is null end',
    },
  ],
  indexes: [
    { name: 'store_credits_newest', expression: 'create index store_credits_newest on store_credits (created_at desc, id desc)' },
    {
      name: 'store_credits_one_account',
      expression: `create unique index store_credits_one_account on store_credits (user_id, currency) where kind = 'account'`,
    },
    {
      name: 'store_credits_to_expire',
      expression: 'create index store_credits_to_expire on store_credits (expires_at) where balance_cents > 0 and expires_at is not null',
    },
  ],
});

/** The ledger, append-only. */
export const StoreCreditMovement = defineEntity({
  name: 'StoreCreditMovement',
  tableName: 'store_credit_movements',
  properties: {
    id: p.uuid().primary(),
    creditId: () => p.manyToOne(StoreCredit).mapToPk().fieldName('credit_id'),
    kind: p.enum(storeCreditMovementKinds),
    /** Negative when credit is spent. */
    amountCents: p.bigint('number'),
    /** The balance after the movement. */
    balanceCents: p.bigint('number'),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').deleteRule('no action').nullable().index(),
    reason: p.text().nullable(),
    actor: p.string().length(64),
    createdAt: p.datetime().defaultRaw('clock_timestamp()'),
  },
  checks: [
    {
      name: 'store_credit_movements_amount',
      expression:
        `case kind when 'spend' then amount_cents < 0 and order_id is not null when 'expire' then amount_cents < 0 when 'adjust' ` +
        `then amount_cents <> 0 and reason is not null when 'give_back' then amount_cents > 0 and order_id is not null else ` +
        'amount_cents > 0 end',
    },
    { name: 'store_credit_movements_balance', expression: 'balance_cents >= 0' },
  ],
  indexes: [
    {
      name: 'store_credit_movements_newest',
      expression: 'create index store_credit_movements_newest on store_credit_movements (credit_id, created_at desc, id desc)',
    },
  ],
});

/** The amount of a credit that an order used, and how much of it was returned. */
export const OrderCredit = defineEntity({
  name: 'OrderCredit',
  tableName: 'order_credits',
  properties: {
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').primary().updateRule('no action').deleteRule('no action'),
    creditId: () =>
      p.manyToOne(StoreCredit).mapToPk().fieldName('credit_id').primary().updateRule('no action').deleteRule('no action').index(),
    amountCents: p.bigint('number'),
    returnedCents: p.bigint('number').default(0),
  },
  checks: [{ name: 'order_credits_amounts', expression: 'amount_cents > 0 and returned_cents between 0 and amount_cents' }],
});
