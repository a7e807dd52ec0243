import type { PaymentId, RefundId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  actorName,
  DomainError,
  GatewayUnavailable,
  notFound,
  requireScope,
  transact,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { reviveEvent } from './gateway-event.state.ts';
import { listDifferences } from './list-differences.ts';
import { lockPayment } from './payment.locks.ts';
import { processRefund } from './process-refund.ts';
import { reconcileCharge } from './reconcile-payments.ts';
import { createRefund } from './refund-payment.ts';
import { retryGatewayEvents } from './retry-gateway-events.ts';

type C = ShopContract['payments']['resolveDifference'];
type Input = z.output<C['input']>;

/**
 * Deals with one difference: `ask` the provider again, `refund` what the shop cannot keep, or `dismiss` an event
 * with a reason. Answers whether it is gone. Throws `NOT_FOUND` for one that is not listed (any more), and
 * `INVALID_STATE` for an action that does not fit it, `RETRY` when the provider is silent.
 */
export const resolveDifference = async (core: Core, actor: Actor, input: Input): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:refund');
  const find = async () => (await listDifferences(core, actor)).items.find(({ kind, id }) => kind === input.kind && id === input.id);
  const difference = await find();
  if (!difference) throw notFound('This difference');
  const act = actions[`${input.kind} ${input.action}`];
  if (!act) throw new DomainError('INVALID_STATE', `There is no "${input.action}" for this kind of difference.`);
  try {
    await act(core, actor, input, difference);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    throw new DomainError('RETRY', 'The provider does not answer right now. Try again in a moment.', { cause: error });
  }
  return { resolved: (await find()) === undefined };
};

type Difference = Awaited<ReturnType<typeof listDifferences>>['items'][number];
type Action = (core: Core, actor: Actor, input: Input, difference: Difference) => Promise<unknown>;

const dismiss: Action = (core, actor, { id, note }, { provider }) => closeEvent(core, actor, provider, id, note);

const closeEvent = (core: Core, actor: Actor, provider: string, eventId: string, resolution: string) =>
  sql`update gateway_events set resolved_at = now(), resolved_by = ${actorName(actor)}, resolution = ${resolution}
    where provider = ${provider} and event_id = ${eventId} and resolved_at is null`.execute(core.db);

/** Money for a charge that no order of this shop knows goes back whole, once: the event's id is the key. */
const refundUnknown: Action = async (core, actor, { id, note }, { provider, reference }) => {
  if (!reference) throw new DomainError('INVALID_STATE', 'The event names no charge that could be refunded.');
  const outcome = await callGateway(core, provider, async (gateway) => {
    const charge = await gateway.findCharge({ idempotencyKey: '', reference });
    if (charge?.status !== 'captured') return null;
    const key = `unknown-${id}`.slice(0, 255);
    const request = { idempotencyKey: key, reference, amountCents: charge.capturedCents, currency: charge.currency, reason: note };
    return (await gateway.findRefund({ idempotencyKey: key, reference })) ?? gateway.refund(request);
  });
  if (!outcome) throw new DomainError('INVALID_STATE', 'The provider has no money of this charge.');
  if (outcome.status === 'failed') throw new DomainError('INVALID_STATE', `The provider refused: ${outcome.message}`);
  await closeEvent(core, actor, provider, id, note);
};

const refundUnreturned: Action = async (core, actor, { id, note }) => {
  const claim = async (tx: Tx): Promise<RefundId> => {
    await lockOrderOfPayment(tx, id);
    const payment = await lockPayment(tx, id);
    return createRefund(tx, payment, payment.capturedCents - payment.refundClaimedCents, note, actor);
  };
  await processRefund(core, await transact(core, claim));
};

const retryEvent: Action = async (core, _actor, { id }, { provider }) => {
  await reviveEvent(core, { provider, eventId: id });
  await retryGatewayEvents(core);
};

const actions: Readonly<Record<string, Action>> = {
  'unknown_charge dismiss': dismiss,
  'unknown_charge refund': refundUnknown,
  'dead_event ask': retryEvent,
  'dead_event dismiss': dismiss,
  'undecided_charge ask': (core, _actor, { id }) => reconcileCharge(core, id as PaymentId),
  'undecided_refund ask': (core, _actor, { id }) => processRefund(core, id as RefundId),
  'unreturned_money refund': refundUnreturned,
};
