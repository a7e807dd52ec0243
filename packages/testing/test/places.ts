/** Where a process can die, by the flow that passes there. */
import type { FailpointName } from '@cartwright/core/kernel';

const aroundKey = ['idempotency.afterClaim', 'idempotency.afterRun', 'idempotency.afterComplete'] as const;

export const places = {
  checkout: [
    ...aroundKey,
    'checkout.insidePlace',
    'checkout.afterPlace',
    'checkout.beforeCharge',
    'checkout.afterCharge',
    'settle.inside',
    'checkout.afterSettle',
  ],
  /** A purchase from a flash sale keeps its own record of keys, so that nobody waits for a dead process's claim. */
  flash: [
    'flash.insidePlace',
    'flash.afterPlace',
    'checkout.beforeCharge',
    'checkout.afterCharge',
    'settle.inside',
    'checkout.afterSettle',
  ],
  refund: [...aroundKey, 'idempotency.insideEffect', 'refund.beforeCall', 'refund.afterCall', 'refund.afterRecord'],
  /** A change that is one transaction and no more. */
  change: [...aroundKey, 'idempotency.insideEffect'],
  worker: [
    'relay.inside',
    'relay.afterCommit',
    'delivery.inside',
    'delivery.afterCommit',
    'mail.beforeSend',
    'mail.afterSend',
    'mail.afterMark',
  ],
  import: ['import.insideBatch', 'import.afterBatch'],
} as const satisfies Record<string, readonly FailpointName[]>;
