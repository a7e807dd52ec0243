/** The edit of an order that waits for its payment. */
import { addressSchema, type OrderEditId, type OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFieldReader, type Tx } from '../../kernel/index.ts';
import { readEditReason } from '../../orders/index.ts';
import type { EditPlan } from './edit.plan.ts';

export interface OpenEdit {
  readonly id: OrderEditId;
  readonly plan: EditPlan;
  readonly reason: string | null;
  readonly expiresAt: Date;
  /** The edit changes the address, and the new address cannot be read. */
  readonly addressIsUnreadable: boolean;
}
interface EditRow {
  readonly id: OrderEditId;
  readonly plan: Omit<EditPlan, 'shippingAddress'>;
  readonly shippingAddressSealed: string | null;
  readonly reasonSealed: string | null;
  readonly expiresAt: Date;
}

/** The pending edit of a locked order. The lock of the order covers it. */
export const findOpenEdit = async (tx: Tx, orderId: OrderId): Promise<OpenEdit | null> => {
  const { rows } = await sql<EditRow>`
    select id, plan, shipping_address_sealed as "shippingAddressSealed", reason_sealed as "reasonSealed", expires_at as "expiresAt"
    from order_edits where order_id = ${orderId} and status = 'awaiting_payment'`.execute(tx.db);
  const row = rows[0];
  if (!row) return null;
  const { id, plan, shippingAddressSealed: address, reasonSealed, expiresAt } = row;
  const fields = createFieldReader(tx.sealer);
  const shippingAddress = fields.json('shippingAddress', ['order_edits', 'shipping_address_sealed', id], address, addressSchema);
  const reason = readEditReason(fields, 'reason', id, reasonSealed);
  return { id, plan: { ...plan, shippingAddress }, reason, expiresAt, addressIsUnreadable: fields.unreadable.includes('shippingAddress') };
};
