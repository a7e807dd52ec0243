/** A payment gateway under the conformance suite, and the charges and refunds that its tests make. */
import { currency as currencySchema, type Currency } from '@cartwright/contracts';
import type { ChargeOutcome, ChargeRequest, PaymentGateway, RefundRequest } from '@cartwright/core/kernel';
import { unique } from './builders.ts';

/** The provider's record of a charge, in the provider's units. */
export interface ProviderRecord {
  readonly amount: number;
  readonly currency: string;
  readonly refunded: number;
}
/** An adapter, connected to its provider or a fake of it. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway;
  /** Tokens of a charge that is captured, is declined, and waits for the buyer. */
  readonly tokens: { readonly captured: string; readonly declined: string; readonly action: string };
  /** Makes the provider carry out the next charge or refund and lose its response. */
  loseAnswer(kind: 'charge' | 'refund', call: () => Promise<unknown>): Promise<void>;
  /** Decides a charge that waits for the buyer. */
  decide(reference: string, to: 'captured' | 'declined'): Promise<void>;
  /** The provider's own record of a charge. */
  record(reference: string): Promise<ProviderRecord>;
  /** The number of charges of the provider. */
  chargeCount(): Promise<number>;
  /** The provider's units for each minor unit, by currency; default 1. */
  readonly units?: Readonly<Record<string, number>>;
  /** A webhook for a captured charge, signed at the given time. */
  event(reference: string, at: Date): Promise<{ readonly body: Buffer; readonly headers: Record<string, string> }>;
  /** Headers with a signature of another secret. */
  forge(event: { readonly body: Buffer; readonly headers: Record<string, string> }): Record<string, string>;
}

/** Amounts in currencies with two, no and three decimals, and in currencies that providers count in other units. */
export const amounts: readonly (readonly [code: string, amountCents: number])[] = [
  ['EUR', 1_999],
  ['USD', 4_200],
  ['JPY', 1_500],
  ['KWD', 12_340],
  ['ISK', 500],
  ['UGX', 40_000],
  ['MGA', 250_000],
];
const eur = currencySchema.parse('EUR');

/** A charge to request, under a key of its own. */
export const aRequest = (token: string, amountCents = 1_999, currency: Currency = eur): ChargeRequest => ({
  idempotencyKey: `conformance-${unique()}`,
  orderId: 'an-order',
  orderNumber: 'CW-1',
  amountCents,
  currency,
  token,
  returnUrl: 'https://shop.test/back',
});

type Captured = Extract<ChargeOutcome, { status: 'captured' }>;
/** The outcome of a charge that must be captured. */
export const captured = (outcome: ChargeOutcome | null): Captured => {
  if (outcome?.status !== 'captured') throw new Error(`The charge is ${outcome?.status ?? 'unknown'}, not captured`);
  return outcome;
};

/** A refund of a captured charge, under a key of its own. */
export const aRefund = (reference: string, amountCents: number, currency: Currency = eur): RefundRequest => ({
  idempotencyKey: `conformance-refund-${unique()}`,
  reference,
  amountCents,
  currency,
  reason: 'returned',
});

/** The gateway under test: the same for all tests of a suite. */
export type Running = () => Promise<GatewayUnderTest>;

/** Makes a captured charge. */
export const charged = async (running: Running, amountCents = 1_999, currency: Currency = eur) => {
  const under = await running();
  const request = aRequest(under.tokens.captured, amountCents, currency);
  const outcome = captured(await under.gateway.charge(request));
  return { ...under, under, request, outcome, lookup: { idempotencyKey: request.idempotencyKey, reference: outcome.reference } };
};

/** An amount in the units in which the provider counts. */
export const inUnits = ({ units }: GatewayUnderTest, amountCents: number, code: string): number => amountCents * (units?.[code] ?? 1);
