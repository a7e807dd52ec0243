import type { FlashPurchase, FlashSaleItemId, OrderId, PaymentId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireMailAddress } from '../accounts/index.ts';
import {
  addressIdentity,
  anyText,
  assertIdempotencyKey,
  createCoalescedRead,
  createGroupCommit,
  DomainError,
  fingerprint,
  keyReused,
  perCore,
  system,
  transact,
  type Actor,
  type Core,
  promptQueue,
} from '../kernel/index.ts';
import { lockOrder } from '../orders/index.ts';
import { checkAddress } from '../places/index.ts';
import {
  chargePayment,
  confirmOrders,
  findBarredAddresses,
  findFirstPayment,
  gatewayFor,
  paymentDeclined,
  readFailure,
  tooManyDeclines,
  type DeclinedCharge,
  type DeclinedOrder,
} from '../payments/index.ts';
import { customerIdentities, keyOwner, queueIdentity } from './buyer.identity.ts';
import { soldOut } from './decide-purchases.ts';
import { readFlashPurchase } from './flash-sale.queries.ts';
import { findItemStock } from './sale-item.stock.ts';
import { preparePurchase, type PreparedPurchase } from './prepare-purchase.ts';
import { readTicket } from './waiting-room.ticket.ts';
import { writePurchases, type PurchaseOutcome } from './write-purchases.ts';

type Input = z.output<ShopContract['flashSales']['buy']['input']>;

/**
 * Concurrent purchases of one item share a batch. Batches are small enough that this process handles one while the
 * database writes another; with one large batch each would wait for the other.
 */
const purchasesOf = perCore((core) =>
  createGroupCommit<PreparedPurchase, PurchaseOutcome>(core, {
    maxBatch: 128,
    ...promptQueue,
    concurrency: 4,
    write: async (key, requests) => {
      const itemId = key as FlashSaleItemId;
      const item = await findItemStock(core, itemId);
      return writePurchases(core, { itemId, currency: item.currency }, requests, item.setFree);
    },
  }),
);

/** An earlier purchase under a key. */
interface Before {
  readonly orderId: OrderId;
  readonly fingerprint: string;
}
/** Concurrent look-ups of request keys share a statement; once all is sold, a late request costs nothing else. */
const lookUpsOf = perCore((core) =>
  createCoalescedRead<string, Before | 'none'>(core, {
    maxBatch: 1_000,
    ...promptQueue,
    concurrency: 2,
    read: async (_key, requestKeys) => {
      const rows = await core.db
        .selectFrom('flash_purchases')
        .select(['requestKey', 'orderId', 'fingerprint'])
        .where('requestKey', '=', anyText(requestKeys))
        .$narrowType<{ orderId: OrderId }>()
        .execute();
      const found = new Map(rows.map((row) => [row.requestKey, row]));
      return requestKeys.map((key) => found.get(key) ?? 'none');
    },
  }),
);

/**
 * One frozen error for all late buyers: capturing a stack 20,000 times a second cost more than the look-up, and the
 * HTTP layer serialises it once.
 */
const allGone = Object.freeze(soldOut());

/**
 * Buys from a sale: takes the units, places the order and, with a payment method, charges it. Takes effect at most once
 * per key, permanently; a repeat returns the order in its present state with `replayed`. Refusals write nothing.
 */
export const buyFromSale = async (
  core: Core,
  actor: Actor,
  input: Input,
  { idempotencyKey, ip = null }: { idempotencyKey: string; ip?: string | null },
): Promise<{ purchase: FlashPurchase; replayed: boolean }> => {
  assertIdempotencyKey(idempotencyKey);
  if (input.payment) gatewayFor(core, input.payment.provider);
  const shippingAddress = checkAddress(input.shippingAddress);
  const item = await findItemStock(core, input.itemId);
  const email = await requireMailAddress(core, actor, input.email, 'order');
  const requestKey = `${keyOwner(core.sealer, actor, email)}|${idempotencyKey}`;
  if (await item.isSoldOut()) {
    const before = await lookUpsOf(core).read(input.itemId, requestKey);
    if (before === 'none') throw allGone;
    if (before.fingerprint !== fingerprint(input)) throw keyReused();
    return finish(core, { kind: 'before', orderId: before.orderId });
  }
  if (input.payment && ip !== null && (await findBarredAddresses(core, [ip])).size > 0) throw tooManyDeclines('address');
  const prepared = preparePurchase(core, {
    requestKey,
    fingerprint: fingerprint(input),
    quantity: input.quantity,
    expectedUnitPriceCents: input.expectedUnitPriceCents,
    customerIdentities: customerIdentities(core.sealer, actor, email),
    addressIdentity: addressIdentity(core.sealer, shippingAddress),
    placeId: input.ticket === undefined ? null : placeOf(core, actor, email, item.saleId, input.ticket),
    actor,
    email,
    shippingAddress,
    payment: input.payment,
    ip,
  });
  const outcome = await purchasesOf(core).submit(input.itemId, prepared);
  core.failpoints.reach('flash.afterPlace');
  // The address reached its limit after it was checked: the order stands, and can be paid another way.
  if (outcome.kind === 'new' && input.payment && outcome.purchase.totals.totalCents > 0 && outcome.paymentId === null)
    throw tooManyDeclines('address', toUnpaid(outcome.purchase));
  return finish(core, outcome);
};

/** A ticket is valid only for the buyer it was given to. */
const placeOf = (core: Core, actor: Actor, email: string, saleId: string, ticket: string): string => {
  const { placeId, identity } = readTicket(core.sealer, saleId, ticket);
  if (identity !== queueIdentity(core.sealer, actor, email))
    throw new DomainError('ADMISSION_REQUIRED', 'This waiting room ticket belongs to another buyer.');
  return placeId;
};

/** Completes the call for a placed order, from whatever point an earlier call reached. */
const finish = async (core: Core, outcome: PurchaseOutcome): Promise<{ purchase: FlashPurchase; replayed: boolean }> => {
  const replayed = outcome.kind !== 'new';
  const purchase = outcome.kind === 'before' ? await readFlashPurchase(core, outcome.orderId) : outcome.purchase;
  const { orderId } = purchase;
  if (purchase.totals.totalCents === 0) {
    if (purchase.status === 'pending') await confirmFree(core, orderId);
    return { purchase: await readFlashPurchase(core, orderId), replayed };
  }
  // The payment of the buying call itself; later attempts have calls of their own.
  const paymentId = outcome.kind === 'before' ? await findFirstPayment(core, orderId) : outcome.paymentId;
  if (!paymentId) return { purchase, replayed };
  const declined = await isDeclined(core, paymentId, purchase, replayed);
  const present = await readFlashPurchase(core, orderId);
  if (declined) throw paymentDeclined(await describeDeclined(core, present, paymentId), replayed);
  return { purchase: present, replayed };
};

/** Charges the order of a purchase. The error for too many declines names its token, which a guest has from nowhere else. */
const isDeclined = async (core: Core, paymentId: PaymentId, purchase: FlashPurchase, replayed: boolean): Promise<boolean> => {
  try {
    return (await chargePayment(core, paymentId)).outcome === 'declined';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'TOO_MANY_DECLINES') throw tooManyDeclines('address', toUnpaid(purchase), replayed);
    throw error;
  }
};

const describeDeclined = async (core: Core, present: FlashPurchase, paymentId: PaymentId): Promise<DeclinedCharge> => ({
  order: toUnpaid(present),
  orderStatus: present.status,
  isPaid: present.status !== 'pending' && present.status !== 'cancelled',
  amountCents: present.totals.totalCents,
  currency: present.currency,
  failureMessage: await readFailure(core, paymentId),
  payWith: 'checkout.retryPayment',
});

const toUnpaid = ({ orderId, orderNumber, expiresAt, orderToken }: FlashPurchase): DeclinedOrder => ({
  orderId,
  orderNumber,
  expiresAt,
  ...(orderToken !== null && { orderToken }),
});

/** Confirms an order with nothing to pay and issues its invoice of 0, once. */
const confirmFree = (core: Core, orderId: OrderId): Promise<void> =>
  transact(core, async (tx) => {
    const order = await lockOrder(tx, orderId);
    if (order.status !== 'pending') return;
    await confirmOrders(tx, [{ order, actor: system('settle') }]);
  });
