import type { Order, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { lockOrder, logOrder, readOrder } from '../orders/index.ts';
import { voidPendingRefunds } from '../payments/index.ts';

/**
 * Takes a cancelled order out of every list, for staff who may manage users' data. Refunds that no provider was
 * asked for yet are voided; the books keep the rest, because invoices and ledgers are kept by law. Throws
 * `INVALID_STATE` for an order that is not cancelled. The second time changes nothing.
 */
export const deleteOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['delete']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  requireScope(actor, 'payments:refund');
  return transactOnce(core, { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    if (order.status !== 'cancelled')
      throw new DomainError('INVALID_STATE', 'Only a cancelled order can be deleted.', { details: { status: order.status } });
    const archived = await sql<{ id: string }>`
      update orders set archived_at = now(), updated_at = now() where id = ${order.id} and archived_at is null returning id`.execute(tx.db);
    if (archived.rows[0]) {
      const voided = await voidPendingRefunds(tx, order.id);
      await logOrder(tx, order.id, actor, { kind: 'note', text: `Deleted; ${voided} pending refunds voided`, customerVisible: false });
    }
    return readOrder(tx, order.id, actor);
  });
};
