import type { PaymentProvider } from '@cartwright/contracts';
import {
  GatewayResponseInvalid,
  type ChargeOutcome,
  type Core,
  type ProviderDispute,
  type ProviderPage,
  type ProviderRefund,
  type RecordQuery,
  type UnreadRecord,
} from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import type { PaymentRow } from './payment.row.ts';

/** All records of a provider about one charge. */
export interface ChargeRecords {
  /** When the provider was asked, by the clock of the database. */
  readonly seenAt: Date;
  /** State of the charge; null when the shop has recorded its capture, or the provider knows no such charge. */
  readonly outcome: ChargeOutcome | null;
  readonly refunds: readonly ProviderRefund[];
  readonly disputes: readonly ProviderDispute[];
}

/** Queries a provider, each query once. Used for one run over events that all happened before the run began. */
export interface ProviderReads {
  outcome(payment: PaymentRow, reference: string | null): Promise<ChargeOutcome | null>;
  records(payment: PaymentRow, reference: string): Promise<ChargeRecords>;
}

/** Creates reads that ask a provider for the records of a charge once, however many events are about it. */
export const createProviderReads = (core: Core): ProviderReads => {
  const asked = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const answer = (asked.get(key) as Promise<T> | undefined) ?? ask();
    asked.set(key, answer);
    return answer;
  };
  const outcome = (payment: PaymentRow, reference: string | null) =>
    once(`charge ${payment.id} ${reference}`, () =>
      callGateway(core, payment.provider, (gateway) => gateway.findCharge({ idempotencyKey: payment.id, reference })),
    );
  return {
    outcome,
    records: (payment, reference) =>
      once(`records ${payment.id} ${reference}`, async () => ({
        seenAt: await now(core),
        outcome: payment.capturedCents > 0 ? null : await outcome(payment, reference),
        refunds: await readOfCharge(core, payment.provider, 'listRefunds', reference),
        disputes: await readOfCharge(core, payment.provider, 'listDisputes', reference),
      })),
  };
};

const now = async ({ db }: Core): Promise<Date> => {
  const { time } = await db.selectNoFrom((eb) => eb.fn<Date>('clock_timestamp', []).as('time')).executeTakeFirstOrThrow();
  return time;
};

interface Lists {
  readonly listRefunds: ProviderRefund;
  readonly listDisputes: ProviderDispute;
}
interface RecordList<T> {
  readonly items: readonly T[];
  readonly unread: readonly UnreadRecord[];
}

/** Reads every page of a provider's list, oldest first, with its unreadable entries. */
export const readAll = async <L extends keyof Lists>(
  core: Core,
  provider: PaymentProvider,
  list: L,
  which: { readonly chargeReference: string } | { readonly since: Date },
): Promise<RecordList<Lists[L]>> => {
  const items: Lists[L][] = [];
  const unread: UnreadRecord[] = [];
  let from: string | null = null;
  do {
    const query: RecordQuery = { ...which, from };
    const page: ProviderPage<Lists[L]> = await callGateway(
      core,
      provider,
      (gateway) => gateway[list](query) as Promise<ProviderPage<Lists[L]>>,
    );
    items.push(...page.items);
    unread.push(...page.unread);
    from = page.next;
  } while (from !== null);
  return { items: items.reverse(), unread };
};

/**
 * Reads everything in a provider's list about one charge. Throws `GatewayResponseInvalid` when an entry cannot be read,
 * because the result would be incomplete.
 */
export const readOfCharge = async <L extends keyof Lists>(
  core: Core,
  provider: PaymentProvider,
  list: L,
  chargeReference: string,
): Promise<readonly Lists[L][]> => {
  const { items, unread } = await readAll(core, provider, list, { chargeReference });
  const [bad] = unread;
  if (bad) throw new GatewayResponseInvalid(`${provider} lists ${bad.reference} of charge ${chargeReference}. ${bad.problem}`);
  return items;
};
