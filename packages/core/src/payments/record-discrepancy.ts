import { formatMoney } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { insertDiscrepancy, type Statement } from './discrepancy.store.ts';
import { closeConflictsOnRecord } from './gateway-event.store.ts';

/** Tx step: records a discrepancy once, however often the provider repeats it; a resolved one stays resolved. */
export const recordDiscrepancy = async (tx: Tx, statement: Statement): Promise<void> => {
  const { paymentId, refundId, reference, asked, said } = statement;
  await insertDiscrepancy(tx, statement);
  if (refundId === null) await closeConflictsOnRecord(tx, { paymentId, reference, ...said });
  tx.log.error(
    { paymentId, refundId, reference, asked, said },
    `a provider was asked for ${formatMoney(asked.amountCents, asked.currency)} but reports ` +
      `${formatMoney(said.amountCents, said.currency)}; staff must resolve the discrepancy`,
  );
};
