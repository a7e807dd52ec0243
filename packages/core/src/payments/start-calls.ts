import type { PaymentId } from '@cartwright/contracts';
import { transact, type Core } from '../kernel/index.ts';
import { lockAddresses } from './payment.locks.ts';
import { moveToCalling, type StartedCalls } from './payment.store.ts';

/** A limit that is never reached. */
const noLimit = 1_000_000;

/**
 * Marks payments as called, after which `closeBeforeCall` has no effect: only the caller that changes a payment from
 * `created` makes the first call. In a batch, locked payments are skipped; a single one is waited for. From here until
 * it is decided, an attempt counts against the limit of its network address, so that concurrent attempts cannot all
 * pass.
 */
export const startCalls = (core: Core, paymentIds: readonly PaymentId[]): Promise<StartedCalls> => {
  const { declinesPerAddress } = core.config;
  if (declinesPerAddress >= noLimit) return transact(core, { oneStatement: true }, (tx) => moveToCalling(tx, paymentIds, null));
  return transact(core, async (tx) => {
    await lockAddresses(tx, paymentIds);
    return moveToCalling(tx, paymentIds, declinesPerAddress);
  });
};
