/** Edits of a paid order: their content, and the one that waits for its payment. */
import {
  addressSchema,
  type Address,
  type OrderEditId,
  type OrderId,
  type OrderItemId,
  type ProductId,
  type Totals,
  type VariantId,
} from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFieldReader, DomainError, type FieldReader, type Tx } from '../kernel/index.ts';
import type { CodeUse } from '../pricing/index.ts';

export interface EditedLine {
  /** Null for a line that is new. */
  readonly orderItemId: OrderItemId | null;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly quantityBefore: number;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
}
/** The planned result of an order edit. */
export interface EditPlan {
  readonly lines: readonly EditedLine[];
  readonly totalsBefore: Totals;
  readonly totals: Totals;
  /** A negative amount is refunded, a positive one has to be paid. */
  readonly differenceCents: number;
  readonly shippingMethod: string | null;
  readonly shippingTaxCents: number;
  readonly taxBasisPoints: number;
  /** The reduction by the promo code afterwards; null for none, left out when it is unknown or the order has no code. */
  readonly codeUse?: CodeUse | null;
  /** The new address; null when the address stays. */
  readonly shippingAddress: Address | null;
}
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

export const changedLines = (plan: Pick<EditPlan, 'lines'>): EditedLine[] =>
  plan.lines.filter((line) => line.quantity !== line.quantityBefore);

export const readEditReason = (fields: FieldReader, field: string, id: string, sealed: string | null): string | null =>
  fields.text(field, ['order_edits', 'reason_sealed', id], sealed);

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

/** Throws `ORDER_EDIT_PENDING` for a locked order with a pending edit, because its plan must not become outdated. */
export const assertNoOpenEdit = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const { rows } = await sql<{
    id: OrderEditId;
  }>`select id from order_edits where order_id = ${orderId} and status = 'awaiting_payment'`.execute(tx.db);
  if (rows[0])
    throw new DomainError('ORDER_EDIT_PENDING', 'This order has an edit that is waiting for payment. Pay or withdraw that edit first.', {
      details: { editId: rows[0].id },
    });
};
