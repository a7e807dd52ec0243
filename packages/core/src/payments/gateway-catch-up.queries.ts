/** Until when the lists of a provider were read. */
import type { PaymentProvider } from '@cartwright/contracts';
import { now, type Reader } from '../kernel/index.ts';

/** How far the lists of a provider were read. */
export interface GatewayCatchUp {
  /** The time of the database. */
  readonly now: Date;
  readonly listedUntil: Date | null;
  readonly recordsListedUntil: Date | null;
  /** When the first payment through the provider was made: older entries of its lists belong to earlier users of the account. */
  readonly firstPaymentAt: Date | null;
}

/** Reads until when the lists of a provider were read. */
export const readCatchUp = ({ db }: Pick<Reader, 'db'>, provider: PaymentProvider): Promise<GatewayCatchUp> =>
  db
    .selectNoFrom((eb) => {
      const catchUp = eb.selectFrom('gateway_catch_ups').where('provider', '=', provider);
      return [
        now.as('now'),
        catchUp.select('listedUntil').as('listedUntil'),
        catchUp.select('recordsListedUntil').as('recordsListedUntil'),
        eb
          .selectFrom('payments')
          .select((payment) => payment.fn.min('createdAt').as('createdAt'))
          .where('provider', '=', provider)
          .as('firstPaymentAt'),
      ];
    })
    .executeTakeFirstOrThrow();

/** The time some hours before another. */
export const hoursBefore = (time: Date, hours: number): Date => new Date(time.getTime() - hours * 3_600_000);
