import type { PaymentDiscrepancy, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { listDiscrepancyRows, type DiscrepancyFilter, type DiscrepancyRow } from '../read-models/payment-discrepancies.ts';
import { discrepancyText } from './discrepancy.texts.ts';
import { waitMinutes } from './gateway-event.state.ts';
import { readWrongCharges, type WrongCharge } from './discrepancy.queries.ts';
import { refusalOfAcceptance, refusalOfReturn } from './wrong-charge.policy.ts';

type C = ShopContract['payments']['listDiscrepancies'];

const most = 200;

const actionsOf: Readonly<Record<PaymentDiscrepancy['kind'], readonly PaymentDiscrepancy['actions'][number][]>> = {
  unknown_charge: ['ask', 'refund', 'dismiss'],
  conflicting_event: ['ask', 'refund', 'dismiss'],
  dead_event: ['ask', 'dismiss'],
  undecided_charge: ['ask', 'dismiss'],
  refund_missing: ['refund'],
  undecided_refund: ['ask', 'accept', 'dismiss'],
  wrong_charge: ['ask', 'refund', 'accept', 'dismiss'],
  wrong_refund: ['ask', 'accept', 'dismiss'],
};

/** Whether the decision about a wrong charge allows an action of staff. */
const isAllowed = (action: PaymentDiscrepancy['actions'][number], { discrepancy, payment }: WrongCharge): boolean => {
  if (action === 'refund') return refusalOfReturn(discrepancy, payment) === null;
  return action !== 'accept' || refusalOfAcceptance(discrepancy, payment) === null;
};

type Row = DiscrepancyRow & { readonly totalCount: number };
const toDiscrepancy = (
  { since, situation, words, totalCount: _, ...row }: Row,
  wrongCharge: WrongCharge | undefined,
): PaymentDiscrepancy => ({
  ...row,
  detail: discrepancyText({ situation, words }),
  since: since.toISOString(),
  actions: actionsOf[row.kind].filter((action) => !wrongCharge || isAllowed(action, wrongCharge)),
});

/**
 * Unreconciled payments: events about unknown charges (one line per charge), events that do not match a payment,
 * failing events, charges and refunds undecided for 15 minutes or with an invalid answer, captured money that no order
 * can keep, and amounts charged or refunded differently from the request. Oldest first, at most 200 that match the
 * filter. Empty in a healthy shop.
 */
export const listDiscrepancies = async (core: Core, actor: Actor, filter: DiscrepancyFilter = {}): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:read');
  const rows = await listDiscrepancyRows(core, filter, { undecidedMinutes: waitMinutes, most });
  const wrongCharges = await readWrongCharges(
    core,
    rows.flatMap(({ kind, id }) => (kind === 'wrong_charge' ? [id] : [])),
  );
  return { items: rows.map((row) => toDiscrepancy(row, wrongCharges.get(row.id))), totalCount: rows[0]?.totalCount ?? 0 };
};
