/** Writes `gateway_catch_ups`: until when the lists of each provider were read. */
import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Records until when the events of a provider were listed; an earlier time than the recorded one changes nothing. */
export const setEventsListedUntil = async ({ db }: Pick<Tx, 'db'>, provider: PaymentProvider, until: Date): Promise<void> => {
  await sql`
    insert into gateway_catch_ups (provider, listed_until) values (${provider}, ${until})
    on conflict (provider) do update set listed_until = greatest(gateway_catch_ups.listed_until, excluded.listed_until)`.execute(db);
};

/** Records until when the refunds and disputes of a provider were listed; an earlier time than the recorded one changes nothing. */
export const setRecordsListedUntil = async ({ db }: Pick<Tx, 'db'>, provider: PaymentProvider, until: Date): Promise<void> => {
  await sql`
    insert into gateway_catch_ups (provider, records_listed_until) values (${provider}, ${until})
    on conflict (provider) do update set records_listed_until = greatest(gateway_catch_ups.records_listed_until, excluded.records_listed_until)`.execute(
    db,
  );
};
