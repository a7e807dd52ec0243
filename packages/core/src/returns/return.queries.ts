/** Reads of returns. */
import type { OrderId, OrderReturnId, ReturnStatus, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { createFieldReader, now, readCountedPage, requireScope, type Actor, type Core, type Reader, type Sealer } from '../kernel/index.ts';
import type { LineUnits } from '../orders/index.ts';
import { readReturnList, type ReturnListRow } from '../read-models/return-list.ts';

type C = ShopContract['returns']['list'];
/** A page of returns, newest first, for staff. */
export const listReturns = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'orders:read');
  const toItem = ({ reasonSealed, ...row }: Omit<ReturnListRow, 'totalCount'>) => ({
    ...row,
    ...reasonOf(core.sealer, row.id, reasonSealed),
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    receivedAt: row.receivedAt?.toISOString() ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
    writtenOffAt: row.writtenOffAt?.toISOString() ?? null,
  });
  return readCountedPage(input, (page) => readReturnList(core, { ...input, ...page }), toItem);
};

const reasonOf = (sealer: Sealer, id: string, sealed: string): { reason: string | null; unreadable: string[] } => {
  const fields = createFieldReader(sealer);
  return { reason: fields.text('reason', ['order_returns', 'reason_sealed', id], sealed), unreadable: fields.unreadable };
};

/** The units of a return, by line of its order. */
export const readReturnUnits = ({ db }: Pick<Reader, 'db'>, returnId: OrderReturnId): Promise<LineUnits[]> =>
  db
    .selectFrom('order_return_lines')
    .select(['orderItemId', 'quantity'])
    .where('returnId', '=', returnId)
    .$narrowType<Pick<LineUnits, 'orderItemId'>>()
    .execute();

/** Returns in transit whose units did not arrive in time, at most `most`, the earliest first. */
export const findOverdueReturns = ({ db }: Pick<Reader, 'db'>, most: number): Promise<{ readonly id: OrderReturnId }[]> =>
  db
    .selectFrom('order_returns')
    .select('id')
    .where('status', '=', sql.lit<ReturnStatus>('in_transit'))
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .limit(most)
    .$narrowType<{ id: OrderReturnId }>()
    .execute();

/** A return of the order whose units are in transit; null when there is none. */
export const findReturnInTransit = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderReturnId | null> => {
  const transit = await db
    .selectFrom('order_returns')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', '=', sql.lit<ReturnStatus>('in_transit'))
    .limit(1)
    .$narrowType<{ id: OrderReturnId }>()
    .executeTakeFirst();
  return transit?.id ?? null;
};
