/** The failpoints at which a process can die, by flow. */
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
  /** A flash-sale purchase stores its key with the purchase, so a repeat never waits for the claim of a dead process. */
  flash: [
    'flash.insidePlace',
    'flash.afterPlace',
    'checkout.beforeCharge',
    'checkout.afterCharge',
    'settle.inside',
    'checkout.afterSettle',
  ],
  refund: [...aroundKey, 'idempotency.insideEffect', 'refund.beforeCall', 'refund.afterCall', 'refund.afterRecord'],
  /** A change in a single transaction. */
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
  import: ['import.insideStaging', 'import.insideBatch', 'import.afterBatch'],
} as const satisfies Record<string, readonly FailpointName[]>;

/**
 * The failpoints that `npm test` runs: each one in one flow, because each is a start of the API. `npm run test:long` runs every failpoint
 * in every flow.
 */
export const shortSeries = {
  ...places,
  checkout: ['idempotency.afterClaim', 'checkout.insidePlace', 'checkout.afterCharge', 'idempotency.afterComplete'],
  declined: ['checkout.afterSettle'],
  giftCard: ['checkout.afterPlace', 'settle.inside'],
  giftCardRefund: ['refund.afterCall'],
  flash: ['flash.insidePlace', 'flash.afterPlace', 'checkout.beforeCharge'],
  refund: ['idempotency.insideEffect', 'refund.beforeCall', 'refund.afterRecord'],
  change: ['idempotency.afterRun'],
} as const satisfies Record<keyof typeof places, readonly FailpointName[]>;
