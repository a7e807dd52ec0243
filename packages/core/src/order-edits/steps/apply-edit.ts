import type { Actor, Tx } from '../../kernel/index.ts';
import { logOrder, nothingRefunded, type OrderRow } from '../../orders/index.ts';
import { changeOrder } from './change-order.ts';
import type { OpenEdit } from './edit.queries.ts';
import { decideEdit } from './edit.store.ts';

/** Tx step on a locked order: applies its pending edit, whose difference was paid. */
export const applyEdit = async (tx: Tx, order: OrderRow, edit: OpenEdit, actor: Actor): Promise<void> => {
  await decideEdit(tx, edit.id, 'applied');
  await changeOrder(tx, order, edit.plan, { actor, reason: edit.reason, editId: edit.id, money: nothingRefunded });
  if (edit.addressIsUnreadable)
    await logOrder(tx, order.id, actor, {
      kind: 'note',
      text: 'The new address of this edit is damaged and cannot be read. The order keeps its address. Ask the customer for the new one.',
      customerVisible: false,
    });
};
