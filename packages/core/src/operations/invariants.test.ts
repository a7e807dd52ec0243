import { contract } from '@cartwright/contracts';
import {
  aCheckout,
  aGiftCard,
  aGuestCart,
  aKey,
  anAddress,
  anOrder,
  aPaidOrder,
  aProduct,
  checkOut,
  createTestShop,
  letPass,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyCartCredit, applyPromoCode } from '../carts/index.ts';
import { unpublishProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { buyFromSale, createFlashSale } from '../flash-sales/index.ts';
import { configureStock } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { shipOrder } from '../orders/index.ts';
import { checkInvariants, invariants } from './index.ts';

/** For every invariant, one inconsistency written past every guard, and the invariant that must detect it. */
const corruptions: Record<string, string> = {
  I01: `update stock_levels set reserved = on_hand + 1 where variant_id = (select min(variant_id::text)::uuid from stock_levels)`,
  I02: `update stock_levels set reserved = reserved + 1
    where variant_id = (select variant_id from stock_levels where on_hand > reserved limit 1)`,
  I03: `update stock_levels set on_hand = on_hand + 5 where variant_id = (select min(variant_id::text)::uuid from stock_levels)`,
  I04: `update orders set status = 'cancelled', cancellation_reason = 'staff'
    where id = (select id from orders where status = 'confirmed' limit 1)`,
  I05: `delete from stock_movements where id = (select id from stock_movements where kind = 'sold' limit 1)`,
  I06: `update orders set paid_at = null where id = (select id from orders where status = 'confirmed' limit 1)`,
  I07: `update holds set expires_at = now() - interval '5 minutes' where state = 'active' and cart_id is not null`,
  I08: `update carts set status = 'merged', merged_into = id where id in (select cart_id from holds where state = 'active')`,
  I09: `update carts set status = 'converted' where id in (select cart_id from holds where state = 'active')`,
  I10: `update orders set subtotal_cents = subtotal_cents + 1, total_cents = total_cents + 1 where id = (select id from orders limit 1)`,
  I11: `update order_items set quantity = quantity + 1 where id = (select id from order_items limit 1)`,
  I12: `update orders set item_count = item_count + 1 where id = (select id from orders limit 1)`,
  I13: `update payments set currency = 'EUR' where id = (select id from payments limit 1)`,
  I14: `update order_status_changes set to_status = 'delivered' where position = 2
    and order_id = (select order_id from order_status_changes where position = 2 limit 1)`,
  I15: `update payments set captured_cents = captured_cents + 100 where id = (select id from payments where status = 'captured' limit 1)`,
  I16: `insert into payments (id, order_id, provider, method, token, status, gateway_phase, amount_cents, captured_cents, currency)
        select gen_random_uuid(), order_id, provider, method, token, status, gateway_phase, amount_cents, captured_cents, currency
        from payments where status = 'captured' limit 1`,
  I17: `update payments set captured_cents = 0, status = 'failed' where id = (select id from payments where status = 'captured' limit 1)`,
  I18: `update payments set status = 'pending', gateway_phase = 'unknown', called_at = now() - interval '1 hour'
    where id = (select id from payments where status = 'captured' limit 1)`,
  I19: `update payments set gateway_reference = (select min(gateway_reference) from payments)`,
  I20: `update sandbox_charges set amount_cents = amount_cents + 1, created_at = now() - interval '1 hour'`,
  I21: `update payments set refund_claimed_cents = 1 where id = (select id from payments where status = 'captured' limit 1)`,
  I22: `update payments set status = 'refunded' where id = (select id from payments where status = 'captured' limit 1)`,
  I23: `update orders set status = 'cancelled', cancellation_reason = 'staff', updated_at = now() - interval '1 hour'
    where id = (select order_id from payments where status = 'captured' and captured_at < now() - interval '1 hour' limit 1)`,
  I24: `delete from invoices
    where id = (select i.id from invoices i where not exists (select 1 from credit_notes c where c.invoice_id = i.id) limit 1)`,
  I25: `update invoice_series set last_number = last_number + 1`,
  I26: `alter table invoices disable trigger invoices_append_only`,
  I27: `delete from outbox_events where id = (select id from outbox_events where name = 'order.confirmed' limit 1)`,
  I28: `update outbox_events set relayed_at = null, occurred_at = now() - interval '1 hour'
    where id = (select id from outbox_events limit 1)`,
  I29: `insert into gateway_events (provider, event_id, type, payload, received_at)
    values ('sandbox', 'evt_lost', 'charge.captured', '{}', now() - interval '1 hour')`,
  I30: `insert into idempotency_keys (id, actor, endpoint, key, fingerprint, locked_until)
    values (gen_random_uuid(), 'guest', 'checkout.complete', 'stuck-key-0000000', 'x', now() - interval '1 hour')`,
  I31: `update promo_codes set used_count = used_count + 1`,
  I35: `update order_items set shipped_quantity = 1 where id = (select id from order_items where shipped_quantity = 0 limit 1)`,
  I36: `insert into order_returns (id, order_id, status, reason_sealed, requested_by, decided_at, received_at, refund_cents)
        select gen_random_uuid(), id, 'received', 'lost', 'staff', now(), now(), 100 from orders limit 1`,
  I37: `update holds set quantity = quantity + 1 where order_edit_id is not null and state = 'active'`,
  I40: `update flash_sale_items set units_allocated = units_allocated + 1`,
  I41: `update purchase_counts set units = units + 1`,
  I42: `update store_credits set balance_cents = balance_cents + 1`,
  I43: `update order_credits set returned_cents = returned_cents + 1`,
  I44: `delete from order_return_lines where return_id in (select id from order_returns where status = 'in_transit')`,
  I45: `update shipments set shipped_at = now() + interval '1 hour' where order_id in (select id from orders where status = 'cancelled')`,
  I46: `update promo_redemptions set state = 'released', released_at = now() where state = 'redeemed'`,
  I47: `update backorders set quantity = quantity + 10`,
  I48: `update stock_levels set tracked = false, reserved = 0 where reserved > 0`,
  I50: `update refunds set currency = 'EUR'`,
  I51: `update payments set failure_code = 'wrong_amount' where id = (select id from payments limit 1)`,
  I52: `update orders set expires_at = now() - interval '1 hour', status = 'pending'
    where id = (select id from orders where status = 'confirmed' limit 1)`,
  I60: `update refunds set request_key = 'a key that nobody kept'`,
  I70: `update variants set deleted_at = now() where id = (select id from variants limit 1)`,
  I71: `update products set options = '[]' where id = (select product_id from variants where options <> '{}' limit 1)`,
  I72: `insert into search_entries (product_id, document, name, tags, options, currency, min_price_cents, max_price_cents, in_stock,
    created_at, number)
        select id, '', name, tags, '{}', currency, 1, 1, true, created_at,
          (select max(number) + 1 from search_entries) from products where status <> 'active' limit 1`,
  I80: `insert into disputes (id, payment_id, gateway_reference, amount_cents, currency, status, opened_at)
        select gen_random_uuid(), id, 'dp_unheard', 100, currency, 'open', now() from payments where status = 'captured' limit 1`,
  I81: `update refunds set origin = 'provider', requested_by = 'provider:sandbox'`,
  I90: `insert into event_subscriptions (consumer, event, since)
    values ('a consumer that was passed over', 'order.placed', now() - interval '1 day')`,
  I91: `update orders set email_sealed = 'v1:damaged' where id = (select id from orders limit 1)`,
};
/** Further inconsistencies, of records at the provider. */
const providerCorruptions: readonly (readonly [id: string, statement: string])[] = [
  [
    'I19',
    `insert into refunds (id, payment_id, amount_cents, currency, reason, requested_by, gateway_reference, status)
      select gen_random_uuid(), payment_id, amount_cents, currency, reason, requested_by, gateway_reference, 'failed' from refunds
      where gateway_reference is not null limit 1`,
  ],
  ['I24', `delete from credit_notes where refund_id is not null`],
  ['I24', `update refunds set status = 'failed', failed_at = now() where status = 'processed'`],
  [
    'I24',
    `insert into credit_notes (id, series, sequence, number, invoice_id, reverses_id, total_cents)
      select gen_random_uuid(), series, (select max(sequence) + 1 from credit_notes), number || '-back', invoice_id, id, total_cents
      from credit_notes where refund_id is not null limit 1`,
  ],
  [
    'I29',
    `insert into gateway_events (provider, event_id, type, payload, outcome, attempts, retry_at, received_at)
      values ('sandbox', 'evt_waits', 'refund.created', '{}', 'waiting', 7, now(), now() - interval '1 hour')`,
  ],
  ['I80', `update payments set status = 'disputed' where id = (select id from payments where status = 'captured' limit 1)`],
];
/** Further inconsistencies, of units in transit, refunded orders and codes. */
const orderCorruptions: readonly (readonly [id: string, statement: string])[] = [
  ['I02', `update backorders set quantity = 0`],
  ['I04', `update backorders set quantity = quantity + 1 where quantity > 0`],
  ['I05', `update backorders set quantity = quantity - 1 where quantity > 0`],
  ['I47', `update stock_levels set on_hand = 1 where variant_id in (select variant_id from backorders where quantity > 0)`],
  ['I48', `update order_items set tracked = false`],
  ['I04', `update order_returns set status = 'rejected' where status = 'in_transit'`],
  ['I05', `update order_returns set status = 'rejected' where status = 'in_transit'`],
  ['I44', `update order_returns set due_at = now() - interval '2 hours' where status = 'in_transit'`],
  [
    'I44',
    `update orders set status = 'shipped', cancellation_reason = null
      where id in (select order_id from order_returns where status = 'in_transit')`,
  ],
  [
    'I45',
    `with back as (update payments set refund_claimed_cents = captured_cents where status = 'captured' returning id, captured_cents,
      currency),
      parcels as (insert into shipments (id, order_id, carrier, tracking_number, shipped_at)
        select gen_random_uuid(), order_id, 'DHL', '1', now() + interval '1 hour' from payments where status = 'captured')
      insert into refunds (id, payment_id, amount_cents, currency, reason, requested_by) select gen_random_uuid(), id, captured_cents,
      currency, 'x', 'staff' from back`,
  ],
  ['I46', `update orders set promo_code = null where promo_code is not null`],
  [
    'I46',
    `update orders set promo_code = 'TEN' where id = (select id from orders where promo_code is null and status = 'confirmed' limit 1)`,
  ],
];
/** Further inconsistencies, of edits with a higher total: their payments, holds and invoices are counted separately. */
const editCorruptions: readonly (readonly [id: string, statement: string])[] = [
  ['I91', `insert into unreadable_values (table_name, column_name, row_id) values ('users', 'email_sealed', 'found by the check')`],
  ['I15', `update payments set captured_cents = captured_cents + 1 where order_edit_id is not null and captured_cents > 0`],
  ['I16', `update order_edits set status = 'lapsed' where status = 'applied'`],
  ['I16', `update order_edits set status = 'applied', decided_at = now() where status = 'awaiting_payment'`],
  ['I17', `update payments set captured_cents = 0, status = 'failed' where order_edit_id is not null and captured_cents > 0`],
  ['I18', `update order_edits set expires_at = now() - interval '1 hour' where status = 'awaiting_payment'`],
  ['I22', `update payments set status = 'refunded' where order_edit_id is not null and captured_cents > 0`],
  ['I24', `delete from invoices where order_edit_id is not null`],
  ['I24', `update invoices set tax_cents = tax_cents + 1, net_cents = net_cents - 1 where order_edit_id is not null`],
  ['I37', `update holds set state = 'released', ended_at = now() where order_edit_id is not null and state = 'active'`],
  ['I37', `update orders set shipped_count = 1 where id = (select order_id from order_edits where status = 'awaiting_payment')`],
];
const preparation = [
  `alter table payments drop constraint payments_captured`,
  `drop index payments_one_active_charge`,
  `drop index payments_reference`,
  `drop trigger refunds_currency_of_payment on refunds`,
  `drop index refunds_reference`,
  `alter table refunds drop constraint refunds_from_provider`,
  `alter table orders drop constraint orders_paid`,
];

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  const product = await aProduct(shop.core, { stock: 20 });
  const late = await aProduct(shop.core, { stock: 1 });
  await configureStock(shop.core, system('test'), { variantId: variantOf(late).id, backorderLimit: 5 });
  const { order: waits } = await aPaidOrder(shop.core, late, 3);
  await aPaidOrder(shop.core, late, 3);
  await cancelOrder(shop.core, system('test'), { orderId: waits.id });
  for (let n = 0; n < 3; n += 1) await aPaidOrder(shop.core, product, 2);
  const { order } = await aPaidOrder(shop.core, product);
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  await cancelOrder(shop.core, system('test'), { orderId: order.id });
  await sql`insert into promo_codes (id, code, percent_basis_points, usage_limit) values (gen_random_uuid(), 'TEN', 1000, 10)`.execute(
    shop.core.db,
  );
  const sale = await createFlashSale(
    shop.core,
    system('test'),
    contract.flashSales.create.input.parse({
      name: 'Drop',
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2199-01-01T00:00:00Z',
      items: [{ variantId: variantOf(product).id, units: 3, salePriceCents: 100, limitPerCustomer: 1 }],
    }),
  );
  await buyFromSale(
    shop.core,
    { kind: 'guest', cartToken: null },
    contract.flashSales.buy.input.parse({
      itemId: sale.items[0]?.id,
      email: 'a@example.com',
      shippingAddress: anAddress,
      payment: { token: 'tok_success' },
    }),
    { idempotencyKey: aKey() },
  );
  await checkOut(
    shop.core,
    guest,
    aCheckout(await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 1000) })),
  );
  for (const token of ['tok_success', 'tok_once']) {
    const { order } = await anOrder(shop.core, [[product, 1]], { token });
    const lines = [{ variantId: variantOf(product).id, quantity: 2 }];
    await editOrder(shop.core, system('test'), { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines });
  }
  await aProduct(shop.core, { variants: 2 });
  await unpublishProduct(shop.core, system('test'), { id: (await aProduct(shop.core)).id });
  const left = await aPaidOrder(shop.core, product, 2);
  await shipOrder(shop.core, system('test'), { orderId: left.order.id, carrier: 'DHL', trackingNumber: '1' });
  await cancelOrder(shop.core, system('test'), { orderId: left.order.id });
  const coded = await aGuestCart(shop.core, [[product, 1]]);
  await applyPromoCode(shop.core, coded.guest, { cartId: coded.cart.id, code: 'TEN' });
  await checkOut(shop.core, coded.guest, aCheckout(coded.cart));
  await letPass(shop.core, 120);
  await shop.core.database.kysely.updateTable('outbox_events').set({ relayedAt: new Date() }).execute();
  await aGuestCart(shop.core, [[product, 1]]);
});
afterAll(() => shop.close());

/** The ids of the invariants that a statement breaks; the statement is rolled back. */
const brokenBy = async (statement: string | null): Promise<string[]> => {
  class Undo extends Error {}
  let broken: string[] = [];
  await shop.core.database.kysely
    .transaction()
    .execute(async (db) => {
      await sql`set local session_replication_role = replica`.execute(db);
      if (statement) {
        for (const name of [
          'stock_levels_bounds',
          'orders_money',
          'order_items_arithmetic',
          'promo_codes_limit',
          'payments_amounts',
          'payments_refund_room',
          'payments_refund_status',
          'payments_decided',
        ])
          await sql
            .raw(
              `alter table ${name.startsWith('stock') ? 'stock_levels' : name.startsWith('order_items') ? 'order_items' : name.split('_')[0] === 'orders' ? 'orders' : name.startsWith('promo') ? 'promo_codes' : 'payments'} drop constraint ${name}`,
            )
            .execute(db);
        for (const line of preparation) await sql.raw(line).execute(db);
        await sql.raw(statement).execute(db);
      }
      for (const { id, sql: query } of invariants) {
        const { rows } = await sql.raw<{ n: number }>(`select count(*)::int as n from (${query}) broken`).execute(db);
        if ((rows[0]?.n ?? 0) > 0) broken.push(id);
      }
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return broken;
};

describe('the invariants', () => {
  it('every invariant has an inconsistency to detect, and consistent data breaks none', async () => {
    expect(invariants.map((i) => i.id)).toEqual(Object.keys(corruptions));
    expect(await brokenBy(null)).toEqual([]);
    expect(await checkInvariants(shop.core, system('test'))).toMatchObject({ clean: true });
  });

  it.each([...Object.entries(corruptions), ...orderCorruptions, ...editCorruptions, ...providerCorruptions])(
    '%s detects the inconsistency made for it',
    async (id, statement) => {
      expect(await brokenBy(statement)).toContain(id);
    },
  );
});
