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
  /** A checkout whose card is declined. */
  declined: ['checkout.afterCharge', 'checkout.afterSettle'],
  /** A checkout that a gift card pays in part. */
  giftCard: ['checkout.insidePlace', 'checkout.afterPlace', 'checkout.afterCharge', 'settle.inside'],
  /** A refund of such an order. */
  giftCardRefund: ['refund.beforeCall', 'refund.afterCall'],
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

/** What `npm test` tries of them: every place in one flow at least. `npm run test:long` tries every place in every flow. */
export const everyDay = {
  ...places,
  checkout: ['idempotency.afterClaim', 'checkout.insidePlace', 'checkout.afterCharge', 'settle.inside', 'idempotency.afterComplete'],
  declined: ['checkout.afterSettle'],
  giftCard: ['checkout.afterPlace', 'settle.inside'],
  giftCardRefund: ['refund.afterCall'],
  flash: ['flash.insidePlace', 'flash.afterPlace', 'checkout.beforeCharge'],
  refund: ['idempotency.insideEffect', 'refund.beforeCall', 'refund.afterRecord'],
  change: ['idempotency.afterRun', 'idempotency.afterComplete'],
} as const satisfies Record<keyof typeof places, readonly FailpointName[]>;
