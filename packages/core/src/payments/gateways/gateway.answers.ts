/** The required answers of every adapter, checked at the port: errors of a provider or an adapter stop here. */
import { createHash } from 'node:crypto';
import { currency, disputeStatuses } from '@cartwright/contracts';
import { z } from 'zod';
import {
  DomainError,
  emptyNotice,
  GatewayResponseInvalid,
  GatewayUnavailable,
  storableText,
  type GatewayNotice,
  type PaymentGateway,
  type ProviderPage,
  type UnreadRecord,
} from '../../kernel/index.ts';
import { problemOf, readAnswer } from './read-answer.ts';

const reference = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must not contain U+0000 or half of a character');
const amount = z.int().min(1);
const code = z.string().transform((text) => storableText(text, 100));
const message = z.string().transform((text) => storableText(text, 2_000));
/** An address that a browser may open: never `javascript:`. */
const url = z.url({ protocol: /^https?$/ }).max(2_000);

const chargeOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('captured'), reference, capturedCents: amount, currency }),
  z.object({ status: z.literal('declined'), reference: reference.nullable(), code, message }),
  z.object({ status: z.literal('pending'), reference: reference.nullable() }),
  z.object({ status: z.literal('action'), reference, url: url.nullable(), clientSecret: z.string().max(1_000).nullable() }),
  z.object({ status: z.literal('voided'), reference }),
]);
const refundOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('processed'), reference, amountCents: amount, currency }),
  z.object({ status: z.literal('failed'), message }),
  z.object({ status: z.literal('pending'), reference: reference.nullable() }),
]);
const recordPage = z.object({
  items: z.array(z.looseObject({ reference })),
  unread: z.array(z.object({ reference, problem: message })),
  next: z.string().min(1).nullable(),
});
const refundRecord = z.object({
  reference,
  chargeReference: reference,
  refundId: reference.nullable(),
  amountCents: amount,
  currency,
  status: z.enum(['pending', 'processed', 'failed']),
  detail: code.nullable(),
});
const disputeRecord = z.object({
  reference,
  chargeReference: reference,
  amountCents: z.int().min(0),
  currency,
  status: z.enum(disputeStatuses),
  fundsWithdrawn: z.boolean(),
  reason: code.nullable(),
});
const notice = z.looseObject({
  eventId: reference,
  type: code,
  reference: reference.nullable(),
  paymentId: reference.nullable(),
  subject: z.enum(['charge', 'refund', 'dispute']).nullable(),
  orderId: reference.nullable(),
  objectReference: reference.nullable(),
  refundId: reference.nullable(),
  amountCents: z.int().min(0).nullable(),
  currency: currency.nullable(),
  outcome: chargeOutcome.nullable(),
  problem: message.nullable(),
});
const eventPage = z.object({
  notices: z.array(z.custom<GatewayNotice>((value) => typeof value === 'object' && value !== null)),
  next: z.string().min(1).nullable(),
});

const reading = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null;

/** A notice that can be stored: anything invalid in it becomes its `problem`. */
const checkedNotice = (given: GatewayNotice): GatewayNotice => {
  const read = notice.safeParse(given);
  if (read.success) return { ...given, ...read.data };
  const known = JSON.stringify(given);
  return {
    ...emptyNotice,
    eventId: reading(reference, given.eventId) ?? `unread_${createHash('sha256').update(known).digest('hex')}`,
    type: reading(code, given.type) ?? 'unread',
    reference: reading(reference, given.reference),
    paymentId: reading(reference, given.paymentId),
    subject: given.subject,
    problem: `The event cannot be read: ${problemOf(read.error, given)}`,
    foreign: given.foreign,
    payload: {},
  };
};

/** A page whose entries are checked one by one: invalid ones become `unread`. */
const checkedPage = <T>(schema: z.ZodType<T>, { items, unread, next }: z.output<typeof recordPage>): ProviderPage<T> => {
  const read: T[] = [];
  const misfits: UnreadRecord[] = [];
  for (const item of items) {
    const result = schema.safeParse(item);
    if (result.success) read.push(result.data);
    else misfits.push({ reference: item.reference, problem: `It cannot be read: ${problemOf(result.error, item)}` });
  }
  return { items: read, unread: [...unread, ...misfits], next };
};

/** Wraps an adapter and validates its answers. An invalid answer throws `GatewayUnavailable`. */
export const checkedGateway = (gateway: PaymentGateway): PaymentGateway => {
  const { provider } = gateway;
  const checked = async <S extends z.ZodType>(what: string, schema: S, answer: () => Promise<unknown>): Promise<z.output<S>> => {
    try {
      return readAnswer(`${provider}'s answer about ${what}`, schema, await answer());
    } catch (error) {
      if (error instanceof GatewayUnavailable || error instanceof DomainError) throw error;
      // A defect of the adapter must not leave a payment undecided for ever.
      throw new GatewayResponseInvalid(
        `${provider} could not be asked about ${what}: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  };
  return {
    provider,
    charge: (request) => checked('a charge', chargeOutcome, () => gateway.charge(request)),
    chargesAgain: (token) => gateway.chargesAgain(token),
    openPage: (request) => checked('a payment page', chargeOutcome, () => gateway.openPage(request)),
    findCharge: (lookup) => checked('a charge', chargeOutcome.nullable(), () => gateway.findCharge(lookup)),
    cancelCharge: (lookup) => checked('a cancelled charge', chargeOutcome.nullable(), () => gateway.cancelCharge(lookup)),
    refund: (request) => checked('a refund', refundOutcome, () => gateway.refund(request)),
    findRefund: (lookup) => checked('a refund', refundOutcome.nullable(), () => gateway.findRefund(lookup)),
    listRefunds: async (query) => checkedPage(refundRecord, await checked('its refunds', recordPage, () => gateway.listRefunds(query))),
    listDisputes: async (query) => checkedPage(disputeRecord, await checked('its disputes', recordPage, () => gateway.listDisputes(query))),
    parseWebhook: (rawBody, headers, now) => checkedNotice(gateway.parseWebhook(rawBody, headers, now)),
    listEvents: async (list) => {
      const { notices, next } = await checked('its events', eventPage, () => gateway.listEvents(list));
      return { notices: notices.map(checkedNotice), next };
    },
  };
};
