/** The status of the refunds of a return: of one that is not processed yet, if there is one. */
import type { RefundStatus } from '@cartwright/contracts';
import { sql } from 'kysely';

/** SQL: for returns `b`; null without refunds. */
export const returnRefundStatus = sql<RefundStatus | null>`(
  select r.status from order_return_refunds x join refunds r on r.id = x.refund_id
  where x.return_id = b.id order by r.status = 'processed', r.created_at limit 1)`;
