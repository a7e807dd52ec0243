/** Tests that every payment gateway must pass. A new adapter runs them against a fake of its provider before it is released. */
import { currency as currencySchema } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { unique } from './builders.ts';
import { amounts, aRefund, aRequest, captured, charged, inUnits, type GatewayUnderTest, type Running } from './gateway-under-test.ts';

const testOutcomes = (running: Running): void => {
  it.each(amounts)('a gateway charges, finds and refunds exact amounts in %s: %i minor units', async (code, amountCents) => {
    const currency = currencySchema.parse(code);
    const { under, gateway, outcome, lookup } = await charged(running, amountCents, currency);
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

  it('a gateway returns the reason of a declined charge and captures nothing', async () => {
    const { gateway, tokens } = await running();
    const request = aRequest(tokens.declined);
    const outcome = await gateway.charge(request);
    expect(outcome).toMatchObject({ status: 'declined', code: expect.any(String) as string, message: expect.any(String) as string });
    expect(await gateway.findCharge({ idempotencyKey: request.idempotencyKey, reference: null })).toMatchObject({ status: 'declined' });
  });

  it.each(['captured', 'declined'] as const)('a charge that waits for the buyer becomes %s when the buyer has decided', async (to) => {
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
};

const testRepeatedCharges = (running: Running): void => {
  it('a gateway charges once for one key, with sequential and with simultaneous calls', async () => {
    const { gateway, request, outcome, chargeCount } = await charged(running);
    const before = await chargeCount();
    expect(await gateway.charge(request)).toEqual(outcome);
    expect(await Promise.all([1, 2, 3].map(() => gateway.charge(request)))).toEqual([outcome, outcome, outcome]);
    expect(await chargeCount()).toBe(before);
  });

  it('a gateway reports an undecided charge and charges nothing when the key was used for another amount or currency', async () => {
    const { gateway, request, outcome, lookup, chargeCount } = await charged(running);
    const before = await chargeCount();
    const others = [
      { ...request, amountCents: request.amountCents + 1_000 },
      { ...request, currency: currencySchema.parse('USD') },
    ];
    for (const other of others) await expect(gateway.charge(other)).rejects.toMatchObject({ name: 'GatewayUnavailable' });
    expect(await chargeCount()).toBe(before);
    expect(await gateway.findCharge(lookup)).toEqual(outcome);
  });

  it('a gateway finds a charge with a lost response by its key alone', async () => {
    const { gateway, tokens, chargeCount, loseAnswer } = await running();
    const request = aRequest(tokens.captured);
    const before = await chargeCount();
    await loseAnswer('charge', () => gateway.charge(request));
    const found = captured(await gateway.findCharge({ idempotencyKey: request.idempotencyKey, reference: null }));
    expect(found).toMatchObject({ capturedCents: request.amountCents, currency: request.currency });
    expect(await gateway.charge(request)).toEqual(found);
    expect(await chargeCount()).toBe(before + 1);
  });

  it('a gateway returns null for keys that the provider does not know', async () => {
    const { gateway, outcome } = await charged(running);
    const unknown = { idempotencyKey: `never-${unique()}`, reference: null };
    expect(await gateway.findCharge(unknown)).toBeNull();
    expect(await gateway.findCharge({ idempotencyKey: '', reference: null })).toBeNull();
    expect(await gateway.cancelCharge(unknown)).toBeNull();
    expect(await gateway.findRefund({ idempotencyKey: unknown.idempotencyKey, reference: outcome.reference })).toBeNull();
  });
};

const testOpenCharges = (running: Running): void => {
  it('a gateway cancels a charge that waits for the buyer, and no captured charge', async () => {
    const { gateway, outcome, lookup, tokens } = await charged(running);
    const request = aRequest(tokens.action);
    const waiting = await gateway.charge(request);
    const open = { idempotencyKey: request.idempotencyKey, reference: waiting.reference };
    expect(await gateway.cancelCharge(open)).toMatchObject({ status: 'voided' });
    expect(await gateway.cancelCharge(open)).toMatchObject({ status: 'voided' });
    expect(await gateway.findCharge(open)).toMatchObject({ status: 'voided' });
    expect(await gateway.cancelCharge(lookup)).toEqual(outcome);
  });

  it('a gateway opens one payment page for one key, with an http(s) URL', async () => {
    const { gateway } = await running();
    const { token: _, ...request } = aRequest('');
    const page = await gateway.openPage(request);
    expect(page).toMatchObject({ status: 'action', url: expect.stringMatching(/^https?:/) as string });
    expect(await gateway.openPage(request)).toEqual(page);
    expect(await gateway.cancelCharge({ idempotencyKey: request.idempotencyKey, reference: page.reference })).toMatchObject({
      status: 'voided',
    });
  });
};

const testRefunds = (running: Running): void => {
  it('a gateway refunds once for one key, also when the first response was lost', async () => {
    const { gateway, outcome, record, loseAnswer } = await charged(running);
    const refund = aRefund(outcome.reference, 500);
    await loseAnswer('refund', () => gateway.refund(refund));
    const found = await gateway.findRefund(refund);
    expect(found).toMatchObject({ status: 'processed', amountCents: 500, currency: 'EUR' });
    expect(await gateway.refund(refund)).toEqual(found);
    expect(await Promise.all([1, 2, 3].map(() => gateway.refund(refund)))).toEqual([found, found, found]);
    expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
  });

  it('a gateway refunds once for one key with three simultaneous calls', async () => {
    const { gateway, outcome, record } = await charged(running);
    const refund = aRefund(outcome.reference, 500);
    const answers = await Promise.all([1, 2, 3].map(() => gateway.refund(refund)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'processed', amountCents: 500 });
    expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
  });

  it('a gateway reports an undecided refund and refunds nothing when the key was used for another amount', async () => {
    const { gateway, outcome, record } = await charged(running);
    const refund = aRefund(outcome.reference, 500);
    await gateway.refund(refund);
    await expect(gateway.refund({ ...refund, amountCents: 700 })).rejects.toMatchObject({ name: 'GatewayUnavailable' });
    expect(await record(outcome.reference)).toMatchObject({ refunded: 500 });
  });

  it('a refund above the rest of its charge fails and refunds nothing', async () => {
    const { gateway, outcome, record } = await charged(running);
    expect(await gateway.refund(aRefund(outcome.reference, 2_000))).toMatchObject({
      status: 'failed',
      message: expect.any(String) as string,
    });
    await gateway.refund(aRefund(outcome.reference, 1_000));
    expect(await gateway.refund(aRefund(outcome.reference, 1_000))).toMatchObject({ status: 'failed' });
    expect(await record(outcome.reference)).toMatchObject({ refunded: 1_000 });
  });
};

const testLists = (running: Running): void => {
  it('a gateway lists the refunds of a charge with the ids of the shop, and the refunds since a given time', async () => {
    const { gateway, outcome } = await charged(running);
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
    const untouched = await charged(running);
    expect(await gateway.listRefunds({ chargeReference: untouched.outcome.reference, from: null })).toEqual({
      items: [],
      unread: [],
      next: null,
    });
  });

  it('a gateway lists no dispute for an undisputed charge', async () => {
    const { gateway, outcome } = await charged(running);
    expect(await gateway.listDisputes({ chargeReference: outcome.reference, from: null })).toEqual({ items: [], unread: [], next: null });
  });

  it('a gateway lists sent events, so that a lost event can be found', async () => {
    const { gateway, outcome, event } = await charged(running);
    await event(outcome.reference, new Date());
    const { notices } = await gateway.listEvents({ since: new Date(Date.now() - 60_000), from: null });
    expect(notices.find((notice) => notice.reference === outcome.reference)).toMatchObject({ outcome, problem: null });
  });
};

const testWebhooks = (running: Running): void => {
  it('a signed webhook and a lookup return the same outcome', async () => {
    const { gateway, outcome, event, request } = await charged(running);
    const { body, headers } = await event(outcome.reference, new Date());
    expect(gateway.parseWebhook(body, headers, new Date())).toMatchObject({
      reference: outcome.reference,
      paymentId: request.idempotencyKey,
      outcome,
      problem: null,
      foreign: false,
    });
  });

  it('a gateway refuses a webhook that is forged, changed, unsigned or too old', async () => {
    const { gateway, outcome, event, forge } = await charged(running);
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
};

/** Runs the suite for one gateway. `start` is called once, in the first test. */
export const paymentGatewayConformance = (name: string, start: () => Promise<GatewayUnderTest>): void => {
  let started: Promise<GatewayUnderTest> | null = null;
  const running: Running = () => (started ??= start());
  describe(`the payment gateway ${name}`, () => {
    testOutcomes(running);
    testRepeatedCharges(running);
    testOpenCharges(running);
    testRefunds(running);
    testLists(running);
    testWebhooks(running);
  });
};
