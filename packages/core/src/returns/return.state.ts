/** The statuses of a return and the allowed transitions. `return.store.ts` writes them. */
import type { ReturnStatus } from '@cartwright/contracts';
import { transitionsOf } from '../kernel/index.ts';

/**
 * An approved return may still be refused until it arrives. When its order is cancelled, its shipped units are in
 * transit; a parcel may arrive after it was written off.
 */
export const returnTransitions = {
  requested: ['approved', 'rejected', 'in_transit'],
  approved: ['rejected', 'received', 'in_transit'],
  rejected: [],
  in_transit: ['received', 'written_off'],
  written_off: ['received'],
  received: [],
} as const satisfies Record<ReturnStatus, readonly ReturnStatus[]>;

/** Throws `INVALID_TRANSITION` for a transition that the table lacks. */
export const { assertTransition: assertReturnTransition } = transitionsOf<ReturnStatus>('A return', returnTransitions);
