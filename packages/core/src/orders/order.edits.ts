/** What orders read of their edits, which `order-edits` writes. */
import type { OrderId } from '@cartwright/contracts';
import { DomainError, type FieldReader, type Tx } from '../kernel/index.ts';
import { selectOpenEdit } from '../read-models/open-edit.ts';

/** The reason of staff for an edit; null without one, and for one that cannot be read, which `fields` then names as `field`. */
export const readEditReason = (fields: FieldReader, field: string, id: string, sealed: string | null): string | null =>
  fields.text(field, ['order_edits', 'reason_sealed', id], sealed);

/** Throws `ORDER_EDIT_PENDING` for a locked order with a pending edit, because its plan must not become outdated. */
export const assertNoOpenEdit = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const edit = await selectOpenEdit(tx, orderId).executeTakeFirst();
  if (edit)
    throw new DomainError('ORDER_EDIT_PENDING', 'This order has an edit that is waiting for payment. Pay or withdraw that edit first.', {
      details: { editId: edit.id },
    });
};
