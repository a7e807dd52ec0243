/** What every payment gateway must do, as tests. A new adapter passes them against a fake of its provider before it is shipped. */
import { currency as currencySchema, type Currency } from '@cartwright/contracts';
import type { ChargeOutcome, ChargeRequest, PaymentGateway, RefundRequest } from '@cartwright/core/kernel';
import { describe, expect, it } from 'vitest';
import { unique } from './builders.ts';

/** What the provider itself has recorded of a charge, in the units that it counts in. */
export interface ProviderRecord {
  readonly amount: number;
  readonly currency: string;
  readonly refunded: number;
}
/** An adapter with the provider, or its fake, behind it. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway;
  /** Tokens that capture, are declined, wait for the buyer, and stay undecided. */
  readonly tokens: { readonly captured: string; readonly declined: string; readonly action: string };
  /** The provider acts on the next charge or refund, and its answer is lost. */
  loseAnswer(kind: 'charge' | 'refund', call: () => Promise<unknown>): Promise<void>;
  /** The buyer's answer to a charge that waits for one. */
  decide(reference: string, to: 'captured' | 'declined'): Promise<void>;
  /** The provider's own record of a charge. */
  record(reference: string): Promise<ProviderRecord>;
  /** How many charges the provider has made. */
  chargeCount(): Promise<number>;
  /** How the provider counts an amount of minor units; the same number where nothing is said. */
  readonly units?: Readonly<Record<string, number>>;
  /** A webhook about a charge that was captured, signed at an instant. */
  event(reference: string, at: Date): Promise<{ readonly body: Buffer; readonly headers: Record<string, string> }>;
  /** The same body with a signature that was made with another secret. */
  forge(event: { readonly body: Buffer; readonly headers: Record<string, string> }): Record<string, string>;
}

/** Amounts that every provider takes, in currencies with two, none and three decimals, and those that providers count in their own way. */
const amounts: readonly (readonly [code: string, amountCents: number])[] = [
  ['EUR', 1_999],
  ['USD', 4_200],
  ['JPY', 1_500],
  ['KWD', 12_340],
  ['ISK', 500],
  ['UGX', 40_000],
  ['MGA', 250_000],
];
const eur = currencySchema.parse('EUR');

const aRequest = (token: string, amountCents = 1_999, currency: Currency = eur): ChargeRequest => ({
  idempotencyKey: `conformance-${unique()}`,
  orderId: 'an-order',
  orderNumber: 'CW-1',
  amountCents,
  currency,
  token,
  returnUrl: 'https://shop.test/back',
});

type Captured = Extract<ChargeOutcome, { status: 'captured' }>;
const captured = (outcome: ChargeOutcome | null): Captured => {
  if (outcome?.status !== 'captured') throw new Error(`The charge is ${outcome?.status ?? 'unknown'}, not captured`);
  return outcome;
};

/** Runs the suite for one gateway. `start` is called once, in the first test. */
export const paymentGatewayConformance = (name: string, start: () => Promise<GatewayUnderTest>): void => {
  let started: Promise<GatewayUnderTest> | null = null;
  const running = (): Promise<GatewayUnderTest> => (started ??= start());
  const inUnits = ({ units }: GatewayUnderTest, amountCents: number, code: string): number => amountCents * (units?.[code] ?? 1);
  const buy = async (amountCents = 1_999, currency: Currency = eur) => {
    const under = await running();
    const request = aRequest(under.tokens.captured, amountCents, currency);
    const outcome = captured(await under.gateway.charge(request));
    return { ...under, under, request, outcome, lookup: { idempotencyKey: request.idempotencyKey, reference: outcome.reference } };
  };
  const aRefund = (reference: string, amountCents: number, currency: Currency = eur): RefundRequest => ({
    idempotencyKey: `conformance-refund-${unique()}`,
    reference,
    amountCents,
    currency,
    reason: 'returned',
  });

  describe(`the payment gateway ${name}`, () => {
    it.each(amounts)('charges, finds and refunds %s exactly: %i minor units', async (code, amountCents) => {
      const currency = currencySchema.parse(code);
      const { under, gateway, outcome, lookup } = await buy(amountCents, currency);
      expect(outcome).toEqual({ status: 'captured', reference: outcome.reference, capturedCents: amountCents, currency });
      expect(await gateway.findCharge(lookup)).toEqual(outcome);
      const whole = { amount: inUnits(under, amountCents, code), currency: code };
      expect(await under.record(outcome.reference)).toEqual({ ...whole, refunded: 0 });

      const part = code === 'MGA' ? 100 : code === 'KWD' ? 340 : 99;
      const first = aRefund(outcome.reference, part, currency);
      expect(await gateway.refund(first)).toMatchObject({ status: 'processed', amountCents: part, currency });
      expect(await under.record(outcome.reference)).toEqual({ ...whole, refunded: inUnits(under, part, code) });
      const rest = aRefund(outcome.reference, amountCents - part, currency);
      expect(await gateway.refund(rest)).toMatchObject({ status: 'processed', amountCents: amountCents - part, currency });
      expect(await under.record(outcome.reference)).toEqual({ ...whole, refunded: whole.amount });
    });

    it('tells a decline with its reason, and takes no money', async () => {
      const { gateway, tokens } = await running();
      const request = aRequest(tokens.declined);
      const outcome = await gateway.charge(request);
      expect(outcome).toMatchObject({ status: 'declined', code: expect.any(String) as string, message: expect.any(String) as string });
      expect(await gateway.findCharge({ idempotencyKey: request.idempotencyKey, reference: null })).toMatchObject({ status: 'declined' });
    });

    it.each(['captured', 'declined'] as const)('waits for a buyer, whose answer makes the charge %s', async (to) => {
      const { gateway, tokens, decide } = await running();
      const request = aRequest(tokens.action);
      const outcome = await gateway.charge(request);
      if (outcome.status !== 'action') throw new Error(`The charge is ${outcome.status}`);
      expect(outcome.url ?? outcome.clientSecret).toEqual(expect.any(String));
      const lookup = { idempotencyKey: request.idempotencyKey, reference: outcome.reference };
      expect(await gateway.findCharge(lookup)).toMatchObject({ status: 'action' });
      await decide(outcome.reference, to);
      expect(await gateway.findCharge(lookup)).toMatchObject({ status: to });
    });

    it('charges once for one key, one after the other and at the same moment', async () => {
      const { gateway, request, outcome, chargeCount } = await buy();
      const before = await chargeCount();
      expect(await gateway.charge(request)).toEqual(outcome);
      expect(await Promise.all([1, 2, 3].map(() => gateway.charge(request)))).toEqual([outcome, outcome, outcome]);
      expect(await chargeCount()).toBe(before);
    });

    it('gives no clear answer for a key that was used for another amount or currency, and charges nothing', async () => {
      const { gateway, request, outcome, lookup, chargeCount } = await buy();
      const before = await chargeCount();
      const others = [
        { ...request, amountCents: request.amountCents + 1_000 },
        { ...request, currency: currencySchema.parse('USD') },
      ];
      for (const other of others) await expect(gateway.charge(other)).rejects.toMatchObject({ name: 'GatewayUnavailable' });
      expect(await chargeCount()).toBe(before);
      expect(await gateway.findCharge(lookup)).toEqual(outcome);
    });

    it('finds the one charge whose answer was lost by its key alone', async () => {
      const { gateway, tokens, chargeCount, loseAnswer } = await running();
      const request = aRequest(tokens.captured);
      const before = await chargeCount();
      await loseAnswer('charge', () => gateway.charge(request));
      const found = captured(await gateway.findCharge({ idempotencyKey: request.idempotencyKey, reference: null }));
      expect(found).toMatchObject({ capturedCents: request.amountCents, currency: request.currency });
      expect(await gateway.charge(request)).toEqual(found);
      expect(await chargeCount()).toBe(before + 1);
    });

    it('answers null for keys that the provider never saw', async () => {
      const { gateway, outcome } = await buy();
      const unknown = { idempotencyKey: `never-${unique()}`, reference: null };
      expect(await gateway.findCharge(unknown)).toBeNull();
      expect(await gateway.findCharge({ idempotencyKey: '', reference: null })).toBeNull();
      expect(await gateway.cancelCharge(unknown)).toBeNull();
      expect(await gateway.findRefund({ idempotencyKey: unknown.idempotencyKey, reference: outcome.reference })).toBeNull();
    });

    it('cancels a charge that waits for its buyer, and no other', async () => {
      const { gateway, outcome, lookup, tokens } = await buy();
      const request = aRequest(tokens.action);
      const waiting = await gateway.charge(request);
      const open = { idempotencyKey: request.idempotencyKey, reference: waiting.reference };
      expect(await gateway.cancelCharge(open)).toMatchObject({ status: 'voided' });
      expect(await gateway.cancelCharge(open)).toMatchObject({ status: 'voided' });
      expect(await gateway.findCharge(open)).toMatchObject({ status: 'voided' });
      expect(await gateway.cancelCharge(lookup)).toEqual(outcome);
    });

    it('opens one page for one key, with an address that a browser may be sent to', async () => {
      const { gateway } = await running();
      const { token: _, ...request } = aRequest('');
      const page = await gateway.openPage(request);
      expect(page).toMatchObject({ status: 'action', url: expect.stringMatching(/^https?:/) as string });
      expect(await gateway.openPage(request)).toEqual(page);
      expect(await gateway.cancelCharge({ idempotencyKey: request.idempotencyKey, reference: page.reference })).toMatchObject({
        status: 'voided',
      });
    });

    it('refunds once for one key, also when the first answer was lost', async () => {
      const { gateway, outcome, record, loseAnswer } = await buy();
      const refund = aRefund(outcome.reference, 500);
      await loseAnswer('refund', () => gateway.refund(refund));
      const found = await gateway.findRefund(refund);
      expect(found).toMatchObject({ status: 'processed', amountCents: 500, currency: 'EUR' });
      expect(await gateway.refund(refund)).toEqual(found);
      expect(await Promise.all([1, 2, 3].map(() => gateway.refund(refund)))).toEqual([found, found, found]);
      expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
    });

    it('refunds once for one key that comes three times at the same moment', async () => {
      const { gateway, outcome, record } = await buy();
      const refund = aRefund(outcome.reference, 500);
      const answers = await Promise.all([1, 2, 3].map(() => gateway.refund(refund)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 'processed', amountCents: 500 });
      expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
    });

    it('gives no clear answer for a refund key that was used for another amount, and moves nothing', async () => {
      const { gateway, outcome, record } = await buy();
      const refund = aRefund(outcome.reference, 500);
      await gateway.refund(refund);
      await expect(gateway.refund({ ...refund, amountCents: 700 })).rejects.toMatchObject({ name: 'GatewayUnavailable' });
      expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
    });

    it('fails a refund over what is left of the charge, and moves nothing', async () => {
      const { gateway, outcome, record } = await buy();
      expect(await gateway.refund(aRefund(outcome.reference, 2_000))).toMatchObject({
        status: 'failed',
        message: expect.any(String) as string,
      });
      await gateway.refund(aRefund(outcome.reference, 1_000));
      expect(await gateway.refund(aRefund(outcome.reference, 1_000))).toMatchObject({ status: 'failed' });
      expect(await record(outcome.reference)).toMatchObject({ refunded: 1_000 });
    });

    it('lists every refund of a charge with our own id, and the ones made since an instant', async () => {
      const { gateway, outcome } = await buy();
      const refunds = [aRefund(outcome.reference, 500), aRefund(outcome.reference, 300)];
      for (const refund of refunds) await gateway.refund(refund);
      const expected = refunds.map(({ idempotencyKey: refundId, amountCents }) =>
        expect.objectContaining({ refundId, chargeReference: outcome.reference, amountCents, currency: 'EUR', status: 'processed' }),
      );
      const ofCharge = await gateway.listRefunds({ chargeReference: outcome.reference, from: null });
      expect(ofCharge.items).toHaveLength(2);
      expect(ofCharge.items).toEqual(expect.arrayContaining(expected));
      expect((await gateway.listRefunds({ since: new Date(Date.now() - 60_000), from: null })).items).toEqual(
        expect.arrayContaining(expected),
      );
      expect((await gateway.listRefunds({ since: new Date(Date.now() + 60_000), from: null })).items).toEqual([]);
      const untouched = await buy();
      expect(await gateway.listRefunds({ chargeReference: untouched.outcome.reference, from: null })).toEqual({
        items: [],
        unread: [],
        next: null,
      });
    });

    it('lists no dispute of a charge that nobody disputes', async () => {
      const { gateway, outcome } = await buy();
      expect(await gateway.listDisputes({ chargeReference: outcome.reference, from: null })).toEqual({ items: [], unread: [], next: null });
    });

    it('reads a signed webhook as it answers a lookup', async () => {
      const { gateway, outcome, event, request } = await buy();
      const { body, headers } = await event(outcome.reference, new Date());
      expect(gateway.parseWebhook(body, headers, new Date())).toMatchObject({
        reference: outcome.reference,
        paymentId: request.idempotencyKey,
        outcome,
        problem: null,
        foreign: false,
      });
    });

    it('refuses a webhook that is forged, changed, unsigned or too old', async () => {
      const { gateway, outcome, event, forge } = await buy();
      const now = new Date();
      const signed = await event(outcome.reference, now);
      const invalid = { code: 'INVALID_SIGNATURE' };
      const parse = (body: Buffer, headers: Record<string, string>) => async () => gateway.parseWebhook(body, headers, now);
      await expect(parse(signed.body, forge(signed))()).rejects.toMatchObject(invalid);
      await expect(parse(Buffer.concat([signed.body, Buffer.from(' ')]), signed.headers)()).rejects.toMatchObject(invalid);
      await expect(parse(signed.body, {})()).rejects.toMatchObject(invalid);
      for (const minutes of [-6, 6]) {
        const off = await event(outcome.reference, new Date(now.getTime() + minutes * 60_000));
        await expect(parse(off.body, off.headers)()).rejects.toMatchObject({ code: 'STALE_SIGNATURE' });
      }
    });

    it('lists the event that was sent, so that one that was lost is found', async () => {
      const { gateway, outcome, event } = await buy();
      await event(outcome.reference, new Date());
      const { notices } = await gateway.listEvents({ since: new Date(Date.now() - 60_000), from: null });
      expect(notices.find((notice) => notice.reference === outcome.reference)).toMatchObject({ outcome, problem: null });
    });
  });
};
