import type { PaymentId, PaymentProvider, RefundId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import {
  DomainError,
  GatewayResponseInvalid,
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
import {
  acceptCharge,
  askAboutCharge,
  decideRefund,
  dismissCharge,
  dismissUndecidedCharge,
  refundRefused,
  returnCharge,
} from './decide-discrepancy.ts';
import { resolveEvent } from './gateway-event.store.ts';
import { asUuid } from './identify-payment.ts';
import { listDiscrepancies } from './list-discrepancies.ts';
import { getDiscrepancy } from './discrepancy.queries.ts';
import { lockPayment } from './payment.locks.ts';
import { getPaymentRow } from './payment.row.ts';
import { processRefund } from './process-refund.ts';
import { reconcileCharge } from './reconcile-payments.ts';
import { createRefund } from './refund-payment.ts';
import { retryEventNow } from './retry-gateway-events.ts';
import { settleCharge } from './settle-charge.ts';

type C = ShopContract['payments']['resolveDiscrepancy'];
type Input = z.output<C['input']>;

/**
 * Resolves one discrepancy with one of its listed actions: `ask` the provider again, `refund` what the shop cannot
 * keep, `accept` what the provider reports, or `dismiss` it with a reason. Returns whether it is resolved. Throws
 * `NOT_FOUND` for one that is not listed (any more), `ACTION_NOT_AVAILABLE` for an action that is not listed,
 * `PROVIDER_REQUIRED` for an id that two providers use, `SERVICE_UNAVAILABLE` when the provider does not respond,
 * `PROVIDER_RESPONSE_INVALID` when its answer cannot be used, and `REFUND_REFUSED`.
 */
export const resolveDiscrepancy = async (core: Core, actor: Actor, input: Input): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:refund');
  const find = async (provider: PaymentProvider | undefined) =>
    (await listDiscrepancies(core, actor, { kind: input.kind, id: input.id })).items.filter(
      (item) => provider === undefined || item.provider === provider,
    );
  const [discrepancy, other] = await find(input.provider);
  if (!discrepancy) throw notFound('This discrepancy', input.id);
  if (other)
    throw new DomainError(
      'PROVIDER_REQUIRED',
      `${discrepancy.provider} and ${other.provider} both have an event ${input.id}. Send provider to choose one.`,
    );
  const act = discrepancy.actions.includes(input.action) ? actions[`${input.kind} ${input.action}`] : undefined;
  if (!act)
    throw new DomainError(
      'ACTION_NOT_AVAILABLE',
      `The action "${input.action}" is not available for this discrepancy. Available: ${discrepancy.actions.join(', ')}.`,
      {
        details: { actions: discrepancy.actions },
      },
    );
  try {
    await act(core, actor, input, discrepancy);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    if (error instanceof GatewayResponseInvalid)
      throw new DomainError('PROVIDER_RESPONSE_INVALID', `${error.message.slice(0, 1_000)} Check the charge in the provider's dashboard.`, {
        cause: error,
      });
    throw new DomainError('SERVICE_UNAVAILABLE', 'The payment provider did not respond. Try again later.', { cause: error });
  }
  return { resolved: (await find(discrepancy.provider)).length === 0 };
};

type Discrepancy = Awaited<ReturnType<typeof listDiscrepancies>>['items'][number];
type Action = (core: Core, actor: Actor, input: Input, discrepancy: Discrepancy) => Promise<unknown>;

const dismiss: Action = (core, actor, { id, note }, { provider }) =>
  transact(core, { oneStatement: true }, (tx) => resolveEvent(tx, actor, { provider, eventId: id }, note));

/**
 * An unknown charge is refunded in full, once: the event's id is the key. While the provider has not decided about the
 * refund, the discrepancy stays listed: the same action again queries its outcome.
 */
const refundUnknown: Action = async (core, actor, { id, note }, { provider, reference }) => {
  if (!reference)
    throw new DomainError(
      'CHARGE_NOT_FOUND',
      `Event ${id} names no charge to refund. Check it in the dashboard of ${provider}, then dismiss it.`,
    );
  const outcome = await callGateway(core, provider, async (gateway) => {
    const charge = await gateway.findCharge({ idempotencyKey: '', reference });
    if (charge?.status !== 'captured') return null;
    const key = `unknown-${id}`.slice(0, 255);
    const request = { idempotencyKey: key, reference, amountCents: charge.capturedCents, currency: charge.currency, reason: note };
    return (await gateway.findRefund({ idempotencyKey: key, reference })) ?? gateway.refund(request);
  });
  if (!outcome)
    throw new DomainError(
      'CHARGE_NOT_FOUND',
      `${provider} has no captured charge ${reference}. Check it in the provider's dashboard, then dismiss the event.`,
    );
  if (outcome.status === 'failed') throw refundRefused(outcome.message);
  if (outcome.status === 'pending') return;
  await transact(core, { oneStatement: true }, (tx) => resolveEvent(tx, actor, { provider, eventId: id }, note));
};

/**
 * Records the provider's outcome of a charge that belongs to a payment of this shop, when the shop has not recorded its capture:
 * money that counts for an order or for staff from then on must not be refunded as unknown.
 */
const settleOwnCharge = async (core: Core, { id, provider, reference }: Discrepancy): Promise<void> => {
  const event = await core.db
    .selectFrom('gateway_events')
    .select('paymentId')
    .where('provider', '=', provider)
    .where('eventId', '=', id)
    .executeTakeFirst();
  const named = asUuid(event?.paymentId ?? null);
  const rows = await core.db
    .selectFrom('payments')
    .select(['id', 'gatewayReference as reference'])
    .where('provider', '=', provider)
    .where('capturedCents', '=', 0)
    .where((eb) =>
      eb.or([
        eb('gatewayReference', '=', eb.val(reference)),
        eb.and([eb('id', '=', eb.cast<string>(eb.val(named), 'uuid')), eb('gatewayReference', 'is', null)]),
      ]),
    )
    .$narrowType<{ id: PaymentId }>()
    .execute();
  for (const payment of rows) {
    const lookup = { idempotencyKey: payment.id, reference: payment.reference };
    const outcome = await callGateway(core, provider, (gateway) => gateway.findCharge(lookup));
    if (outcome?.status === 'captured' && outcome.reference === reference)
      await transact(core, (tx) => settleCharge(tx, payment.id, outcome));
  }
};

/** Refunds an unknown charge, unless a payment of this shop uses it meanwhile, or it is listed as another discrepancy. */
const refundStray: Action = async (core, actor, input, discrepancy) => {
  await settleOwnCharge(core, discrepancy);
  const paid = await core.db
    .selectFrom('payments')
    .select('id')
    .where('provider', '=', discrepancy.provider)
    .where((eb) => eb('gatewayReference', '=', eb.val(discrepancy.reference)))
    .where('capturedCents', '>', 0)
    .executeTakeFirst();
  const wrong = await core.db
    .selectFrom('payment_discrepancies as d')
    .innerJoin('payments as p', 'p.id', 'd.paymentId')
    .select('d.id')
    .where('p.provider', '=', discrepancy.provider)
    .where((eb) => eb('d.reference', '=', eb.val(discrepancy.reference)))
    .executeTakeFirst();
  if (wrong)
    throw new DomainError(
      'CHARGE_IN_USE',
      `Charge ${discrepancy.reference} is listed as a discrepancy. Resolve that discrepancy first, then dismiss the event.`,
    );
  if (paid) {
    const { orderNumber } = await getPaymentRow(core, paid.id);
    throw new DomainError(
      'CHARGE_IN_USE',
      `Charge ${discrepancy.reference} pays order ${orderNumber}. Refund that order, then dismiss the event.`,
      { details: { orderNumber } },
    );
  }
  await refundUnknown(core, actor, input, discrepancy);
};

const refundMissing: Action = async (core, actor, { id, note }) => {
  const claim = async (tx: Tx): Promise<RefundId> => {
    await lockOrderOfPayment(tx, id);
    const payment = await lockPayment(tx, id);
    const left = payment.capturedCents - payment.refundClaimedCents;
    // Another call has claimed it meanwhile.
    if (left === 0) throw notFound('This discrepancy', id);
    return createRefund(tx, payment, left, note, actor);
  };
  await processRefund(core, await transact(core, claim));
};

const retryEvent: Action = (core, _actor, { id }, { provider }) => retryEventNow(core, { provider, eventId: id });

const decideWrongRefund =
  (made: boolean): Action =>
  async (core, actor, { id, note }) => {
    const stored = await getDiscrepancy(core, id);
    if (!stored.refundId) throw notFound('This refund');
    await decideRefund(core, actor, { refundId: stored.refundId, discrepancy: stored, made, note });
  };
const askAboutRefund: Action = async (core, _actor, { id }) => {
  const { refundId } = await getDiscrepancy(core, id);
  if (refundId) await processRefund(core, refundId);
};

const actions: Readonly<Record<string, Action>> = {
  'unknown_charge dismiss': dismiss,
  'unknown_charge refund': refundStray,
  'conflicting_event ask': retryEvent,
  'conflicting_event refund': refundStray,
  'conflicting_event dismiss': dismiss,
  'unknown_charge ask': retryEvent,
  'dead_event ask': retryEvent,
  'dead_event dismiss': dismiss,
  'undecided_charge ask': (core, _actor, { id }) => reconcileCharge(core, id as PaymentId),
  'undecided_charge dismiss': (core, actor, { id, note }) => dismissUndecidedCharge(core, actor, id as PaymentId, note),
  'undecided_refund accept': (core, actor, { id, note }) => decideRefund(core, actor, { refundId: id as RefundId, made: true, note }),
  'undecided_refund dismiss': (core, actor, { id, note }) => decideRefund(core, actor, { refundId: id as RefundId, made: false, note }),
  'wrong_charge ask': (core, actor, { id, note }) => askAboutCharge(core, actor, id, note),
  'wrong_charge refund': (core, actor, { id, note }) => returnCharge(core, actor, id, note),
  'wrong_charge accept': (core, actor, { id, note }) => acceptCharge(core, actor, id, note),
  'wrong_charge dismiss': (core, actor, { id, note }) => dismissCharge(core, actor, id, note),
  'wrong_refund ask': askAboutRefund,
  'wrong_refund accept': decideWrongRefund(true),
  'wrong_refund dismiss': decideWrongRefund(false),
  'undecided_refund ask': (core, _actor, { id }) => processRefund(core, id as RefundId),
  'refund_missing refund': refundMissing,
};
