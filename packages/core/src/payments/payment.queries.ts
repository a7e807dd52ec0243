import type { Payment, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor, Core } from '../kernel/index.ts';
import { assertMaySee, getOrderRow } from '../orders/index.ts';

type C = ShopContract['payments']['listForOrder'];

/** Every charge attempt of an order, newest first, for its buyer or for staff. Throws `NOT_FOUND`. */
export const listPaymentsForOrder = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  assertMaySee(await getOrderRow(core, input.orderId), actor);
  const { rows } = await sql<Omit<Payment, 'createdAt' | 'capturedAt'> & { createdAt: Date; capturedAt: Date | null }>`
    select id, order_id as "orderId", provider, method, status, amount_cents as "amountCents", refunded_cents as "refundedCents", currency, failure_message as "failureMessage",
      created_at as "createdAt", captured_at as "capturedAt" from payments where order_id = ${input.orderId} order by created_at desc, id desc`.execute(
    core.db,
  );
  return {
    items: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), capturedAt: row.capturedAt?.toISOString() ?? null })),
  };
};
