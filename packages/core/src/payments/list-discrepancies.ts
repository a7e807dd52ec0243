import type { PaymentDiscrepancy, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { listDiscrepancyRows, type DiscrepancyFilter, type DiscrepancyRow } from '../read-models/payment-discrepancies.ts';

type C = ShopContract['payments']['listDiscrepancies'];

const most = 200;

const actionsOf: Readonly<Record<PaymentDiscrepancy['kind'], readonly PaymentDiscrepancy['actions'][number][]>> = {
  unknown_charge: ['ask', 'refund', 'dismiss'],
  conflicting_event: ['ask', 'refund', 'dismiss'],
  dead_event: ['ask', 'dismiss'],
  undecided_charge: ['ask', 'dismiss'],
  unreturned_money: ['refund'],
  undecided_refund: ['ask', 'accept', 'dismiss'],
  wrong_charge: ['ask', 'refund', 'accept', 'dismiss'],
  wrong_refund: ['ask', 'accept', 'dismiss'],
};

type Row = DiscrepancyRow & { readonly totalCount: number };
const toDiscrepancy = ({ since, canReturn, canAccept, totalCount: _, ...row }: Row): PaymentDiscrepancy => ({
  ...row,
  since: since.toISOString(),
  actions: actionsOf[row.kind].filter(
    (action) => row.kind !== 'wrong_charge' || ((action !== 'refund' || canReturn) && (action !== 'accept' || canAccept)),
  ),
});

/**
 * Unreconciled payments: events about unknown charges (one line per charge), events that do not match a payment,
 * failing events, charges and refunds undecided for 15 minutes or with an invalid answer, captured money that no order
 * can keep, and amounts charged or refunded differently from the request. Oldest first, at most 200 that match the
 * filter. Empty in a healthy shop.
 */
export const listDiscrepancies = async (core: Core, actor: Actor, filter: DiscrepancyFilter = {}): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:read');
  const rows = await listDiscrepancyRows(core, filter, most);
  return { items: rows.map(toDiscrepancy), totalCount: rows[0]?.totalCount ?? 0 };
};
