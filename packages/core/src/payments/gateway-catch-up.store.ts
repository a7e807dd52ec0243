/** Writes `gateway_catch_ups`: until when the lists of each provider were read. */
import type { PaymentProvider } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';

type Lists = 'listedUntil' | 'recordsListedUntil';
const setUntil = async ({ db }: Pick<Tx, 'db'>, provider: PaymentProvider, lists: Lists, until: Date): Promise<void> => {
  await db
    .insertInto('gateway_catch_ups')
    .values({ provider, [lists]: until })
    .onConflict((oc) =>
      oc
        .column('provider')
        .doUpdateSet((eb) => ({ [lists]: eb.fn<Date>('greatest', [`gateway_catch_ups.${lists}`, `excluded.${lists}`]) })),
    )
    .execute();
};

/** Records until when the events of a provider were listed; an earlier time than the recorded one changes nothing. */
export const setEventsListedUntil = (tx: Pick<Tx, 'db'>, provider: PaymentProvider, until: Date): Promise<void> =>
  setUntil(tx, provider, 'listedUntil', until);

/** Records until when the refunds and disputes of a provider were listed; an earlier time than the recorded one changes nothing. */
export const setRecordsListedUntil = (tx: Pick<Tx, 'db'>, provider: PaymentProvider, until: Date): Promise<void> =>
  setUntil(tx, provider, 'recordsListedUntil', until);
