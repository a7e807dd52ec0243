import type { PaymentId } from '@cartwright/contracts';
import { groupedStep, lockedElsewhere, patientQueue, type Answer, type CoreConfig, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { lockAddresses } from './payment.locks.ts';
import type { PaymentRow } from './payment.row.ts';
import { moveToCalling } from './payment.store.ts';

/** A limit that is never reached. */
const noLimit = 1_000_000;
const limitOf = ({ declinesPerAddress }: CoreConfig): number | null => (declinesPerAddress >= noLimit ? null : declinesPerAddress);

/**
 * The payment whose first call its caller makes; null when another request makes it. `barred` and `full`: its network address does not
 * allow it, because of its declines, or because of undecided attempts.
 */
export type StartResult = PaymentRow | 'barred' | 'full' | null;

/**
 * Tx step: marks payments as called, after which `closeBeforeCall` has no effect: only the caller that changes a payment from `created`
 * makes the first call. From here until it is decided, an attempt counts against the limit of its network address, so that concurrent
 * attempts cannot all pass.
 */
const startCalls = async (tx: Tx, paymentIds: readonly PaymentId[], waitPolicy: LockWaitPolicy): Promise<Answer<StartResult>[]> => {
  const limit = limitOf(tx.config);
  if (limit !== null) await lockAddresses(tx, paymentIds);
  const { started, refused } = await moveToCalling(tx, paymentIds, limit, waitPolicy);
  const rows = new Map(started.map((row) => [row.id, row]));
  return paymentIds.map((id) => {
    const row = rows.get(id) ?? refused.get(id);
    // Of two requests for one payment, only one makes the first call.
    rows.delete(id);
    return row ?? (waitPolicy.skipLocked ? lockedElsewhere : null);
  });
};

/** Marks a payment as being called, in a statement shared with concurrent calls. */
export const startCall = groupedStep<PaymentId, StartResult>({
  maxBatch: 64,
  ...patientQueue,
  oneStatement: ({ config }) => limitOf(config) === null,
  step: startCalls,
});
