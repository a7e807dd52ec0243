/** The port checks the answers of every adapter, so that no adapter can leave a payment with an error. */
import { aCurrency, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyNotice, GatewayResponseInvalid, GatewayUnavailable, transact, type Core, type PaymentGateway } from '../kernel/index.ts';
import { callGateway, readWebhook } from './call-gateway.ts';

const captured = { status: 'captured', reference: 'ch_1', capturedCents: 100, currency: 'EUR' };
const processed = { status: 'processed', reference: 're_1', amountCents: 100, currency: 'EUR' };
const lookup = { idempotencyKey: 'key', reference: 'ch_1' };
const request = {
  ...lookup,
  orderId: 'o',
  orderNumber: 'CW-1',
  amountCents: 100,
  currency: aCurrency('EUR'),
  token: 't',
  returnUrl: 'https://shop.test',
  reason: 'returned',
};

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** A shop whose provider gives one answer to every call. */
const answering = (answer: () => unknown): Core => {
  const say = () => Promise.resolve().then(answer) as never;
  const gateway: PaymentGateway = {
    provider: 'sandbox',
    charge: say,
    chargesAgain: () => false,
    openPage: say,
    findCharge: say,
    cancelCharge: say,
    refund: say,
    findRefund: say,
    parseWebhook: () => answer() as never,
    listRefunds: say,
    listDisputes: say,
    listEvents: say,
  };
  return { ...shop.core, gateways: new Map([['sandbox', gateway]]) };
};
const charges: readonly ((gateway: PaymentGateway) => Promise<unknown>)[] = [
  (g) => g.charge(request),
  (g) => g.openPage(request),
  (g) => g.findCharge(lookup),
  (g) => g.cancelCharge(lookup),
];
const refunds: readonly ((gateway: PaymentGateway) => Promise<unknown>)[] = [(g) => g.refund(request), (g) => g.findRefund(lookup)];

describe('answers of a payment gateway', () => {
  it.each([
    ['no object', 'captured'],
    ['an unknown status', { ...captured, status: 'teleported' }],
    ['an amount as text', { ...captured, capturedCents: '100' }],
    ['an amount of zero', { ...captured, capturedCents: 0 }],
    ['a negative amount', { ...captured, capturedCents: -100 }],
    ['an amount that is no whole number', { ...captured, capturedCents: 99.5 }],
    ['an amount beyond safe integers', { ...captured, capturedCents: 2 ** 53 }],
    ['no currency', { ...captured, currency: undefined }],
    ['an empty currency', { ...captured, currency: '' }],
    ['an unknown currency', { ...captured, currency: 'ZZZ' }],
    ['an empty reference', { ...captured, reference: '' }],
    ['a reference longer than its column', { ...captured, reference: 'x'.repeat(256) }],
    ['a reference with the character U+0000', { ...captured, reference: 'ch\0' }],
    ['an address that runs a script', { status: 'action', reference: 'ch_1', url: 'javascript:alert(1)', clientSecret: null }],
  ])('an answer about a charge with %s is invalid', async (_, answer) => {
    for (const call of charges)
      await expect(
        callGateway(
          answering(() => answer),
          'sandbox',
          call,
        ),
      ).rejects.toBeInstanceOf(GatewayResponseInvalid);
  });

  it.each([
    ['another status', { ...processed, status: 'captured' }],
    ['no amount', { ...processed, amountCents: null }],
    ['no currency', { ...processed, currency: null }],
    ['no reference', { ...processed, reference: null }],
  ])('an answer about a refund with %s is invalid', async (_, answer) => {
    for (const call of refunds)
      await expect(
        callGateway(
          answering(() => answer),
          'sandbox',
          call,
        ),
      ).rejects.toBeInstanceOf(GatewayResponseInvalid);
  });

  it('the error for an invalid answer names the field and its value', async () => {
    const call = callGateway(
      answering(() => ({ ...captured, capturedCents: '100' })),
      'sandbox',
      (g) => g.findCharge(lookup),
    );
    await expect(call).rejects.toThrow(/sandbox's answer about a charge cannot be read: capturedCents: .*\(it is "100"\)/);
  });

  it('a valid answer is returned, also null for a charge that the provider never saw', async () => {
    expect(
      await callGateway(
        answering(() => captured),
        'sandbox',
        (g) => g.charge(request),
      ),
    ).toEqual(captured);
    expect(
      await callGateway(
        answering(() => null),
        'sandbox',
        (g) => g.findCharge(lookup),
      ),
    ).toBeNull();
    await expect(
      callGateway(
        answering(() => null),
        'sandbox',
        (g) => g.charge(request),
      ),
    ).rejects.toBeInstanceOf(GatewayResponseInvalid);
  });

  it('texts in an answer are cut to the length that is stored', async () => {
    const declined = { status: 'declined', reference: null, code: 'c'.repeat(500), message: `m\0${'m'.repeat(9_000)}` };
    const outcome = await callGateway(
      answering(() => declined),
      'sandbox',
      (g) => g.charge(request),
    );
    expect(outcome).toMatchObject({ code: 'c'.repeat(100), message: 'm'.repeat(2_000) });
  });

  it('a failing adapter counts as no answer, so that the payment is looked up later', async () => {
    const core = answering(() => {
      throw new TypeError("Cannot read properties of null (reading 'id')");
    });
    for (const call of [...charges, ...refunds, (g: PaymentGateway) => g.listEvents({ since: new Date(), from: null })])
      await expect(callGateway(core, 'sandbox', call)).rejects.toBeInstanceOf(GatewayUnavailable);
  });

  it('a gateway is never called while a transaction is open', async () => {
    await expect(
      transact(shop.core, () =>
        callGateway(
          answering(() => captured),
          'sandbox',
          (g) => g.findCharge(lookup),
        ),
      ),
    ).rejects.toThrow('while a transaction is open');
  });
});

describe('events of a payment gateway', () => {
  const notice = {
    ...emptyNotice,
    subject: 'charge' as const,
    eventId: 'evt_1',
    type: 't',
    reference: 'ch_1',
    paymentId: null,
    outcome: captured,
    problem: null,
    foreign: false,
    payload: {},
  };
  const read = (answer: unknown) =>
    readWebhook(
      answering(() => answer),
      'sandbox',
      { rawBody: Buffer.alloc(0), headers: {} },
    ).notice;

  it('a valid event is returned unchanged', () => {
    expect(read(notice)).toEqual(notice);
  });

  it.each([
    [{ outcome: { ...captured, capturedCents: '100' } }, { eventId: 'evt_1', reference: 'ch_1' }],
    [{ outcome: { ...captured, currency: '' } }, { eventId: 'evt_1' }],
    [{ eventId: '' }, { eventId: expect.stringMatching(/^unread_[0-9a-f]{64}$/) as string }],
    [{ reference: 'x'.repeat(300) }, { eventId: 'evt_1', reference: null }],
  ])('an event with %j is kept as unreadable', (change, expected) => {
    expect(read({ ...notice, ...change })).toMatchObject({
      ...expected,
      outcome: null,
      problem: expect.stringContaining('cannot be read') as string,
    });
  });
});
