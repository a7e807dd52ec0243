import type { Payment, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import type { Actor, Core } from '../kernel/index.ts';
import { getPaymentRow } from './payment.row.ts';
import { getPayment } from './payment.queries.ts';
import { reconcileCharge } from './reconcile-payments.ts';

/**
 * Queries the provider about an undecided charge and settles the answer. For the buyer who returns from the page of the
 * provider; the webhook may arrive at the same time. Throws `NOT_FOUND`.
 */
export const verifyPayment = async (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['payments']['verify']['input']>,
): Promise<Payment> => {
  const payment = await getPayment(core, actor, input);
  if (payment.status !== 'pending') return payment;
  const { gatewayPhase } = await getPaymentRow(core, payment.id);
  if (gatewayPhase !== 'created') await reconcileCharge(core, payment.id);
  return getPayment(core, actor, input);
};
