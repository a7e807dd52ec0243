import type { Currency, OrderEditId, OrderId, PaymentId } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { decideCapture, type Capture } from './capture.policy.ts';
import type { ChargeRow } from './payment.row.ts';

const usd = 'USD' as Currency;
const edit = 'edit' as OrderEditId;
/** A payment of 42.00 that was called, and whose order waits for it. */
const undecided: ChargeRow = {
  id: 'payment' as PaymentId,
  orderId: 'order' as OrderId,
  orderNumber: 'CW-1',
  orderStatus: 'pending',
  orderEditId: null,
  provider: 'stripe',
  method: 'credit_card',
  token: 'tok',
  status: 'pending',
  gatewayPhase: 'calling',
  amountCents: 4_200,
  capturedCents: 0,
  refundClaimedCents: 0,
  refundedCents: 0,
  currency: usd,
  gatewayReference: null,
  returnUrl: null,
  answerProblem: null,
  superseded: false,
  owner: null,
  replaced: false,
  refundRequested: false,
  editWaits: false,
  place: 1,
};
const captured = { status: 'captured', gatewayReference: 'ch_1', capturedCents: 4_200 } as const;
const asked: Capture = { reference: 'ch_1', capturedCents: 4_200, currency: usd };
const owner = { id: 'other' as PaymentId, orderNumber: 'CW-2' };
const unneeded = (reason: string) => ({ kind: 'unneeded', reason });

describe('a capture', () => {
  it.each<[what: string, payment: Partial<ChargeRow>, capture: Partial<Capture>, decision: object]>([
    ['that a pending order waits for pays it', {}, {}, { kind: 'pays' }],
    ['that arrives after its payment has failed pays the order while it waits', { status: 'failed' }, {}, { kind: 'pays' }],
    [
      'that an edit of a paid order waits for pays the edit',
      { orderEditId: edit, editWaits: true, orderStatus: 'shipped' },
      {},
      { kind: 'pays' },
    ],
    ['of another amount is wrong', {}, { capturedCents: 4_300 }, { kind: 'wrong' }],
    ['of another currency is wrong', {}, { currency: 'CHF' as Currency }, { kind: 'wrong' }],
    ['of another amount is wrong for a cancelled order too', { orderStatus: 'cancelled' }, { capturedCents: 1 }, { kind: 'wrong' }],
    ['that was recorded before changes nothing', captured, {}, { kind: 'recorded' }],
    [
      'that was recorded before changes nothing, also once its order is cancelled',
      { ...captured, orderStatus: 'cancelled' },
      {},
      { kind: 'recorded' },
    ],
    ['that is the second one of its payment is wrong', captured, { reference: 'ch_2' }, { kind: 'wrong' }],
    ['of another payment means nothing for this one', { owner }, {}, { kind: 'foreign', owner }],
    ['of another payment means nothing, whatever its amount', { owner }, { capturedCents: 1 }, { kind: 'foreign', owner }],
    ['whose refund was requested pays nothing', { status: 'failed', refundRequested: true }, {}, { kind: 'refunded' }],
    ['for a cancelled or expired order is refunded', { orderStatus: 'cancelled' }, {}, unneeded('order_cancelled')],
    [
      'of a payment that was replaced and whose order is cancelled is refunded',
      { superseded: true, orderStatus: 'cancelled' },
      {},
      unneeded('order_cancelled'),
    ],
    ['for an order that is paid already is refunded', { orderStatus: 'confirmed' }, {}, unneeded('paid_otherwise')],
    ['of a payment that the buyer has replaced is refunded', { superseded: true }, {}, unneeded('paid_otherwise')],
    ['of a failed payment is refunded while another one is active', { status: 'failed', replaced: true }, {}, unneeded('paid_otherwise')],
    ['for an edit that no longer waits is refunded', { orderEditId: edit, orderStatus: 'confirmed' }, {}, unneeded('edit_closed')],
    ['for an edit of a cancelled order is refunded', { orderEditId: edit, orderStatus: 'cancelled' }, {}, unneeded('edit_closed')],
    [
      'for an edit that is paid another way is refunded',
      { orderEditId: edit, editWaits: true, superseded: true },
      {},
      unneeded('edit_closed'),
    ],
  ])('a capture %s', (_, payment, capture, decision) => {
    expect(decideCapture({ ...undecided, ...payment }, { ...asked, ...capture })).toEqual(decision);
  });
});
