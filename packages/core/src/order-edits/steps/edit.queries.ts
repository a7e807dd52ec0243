/** The edit of an order that waits for its payment. */
import { addressSchema, type OrderEditId, type OrderEditStatus, type OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFieldReader, minutesFromNow, now, type Reader, type Tx } from '../../kernel/index.ts';
import { readEditReason } from '../../orders/index.ts';
import { selectOpenEdit } from '../../read-models/open-edit.ts';
import type { EditedLine, EditPlan } from './edit.plan.ts';

/** An edit that waits for its payment. */
export interface OpenEdit {
  readonly id: OrderEditId;
  readonly plan: EditPlan;
  readonly reason: string | null;
  readonly expiresAt: Date;
  /** The edit changes the address, and the new address cannot be read. */
  readonly addressIsUnreadable: boolean;
}
/** A plan as it is stored. Versions that counted every variant stored lines without `tracked`. */
type StoredPlan = Omit<EditPlan, 'shippingAddress' | 'lines'> & {
  readonly lines: readonly (Omit<EditedLine, 'tracked'> & { readonly tracked?: boolean })[];
};
interface EditRow {
  readonly id: OrderEditId;
  readonly plan: StoredPlan;
  readonly shippingAddressSealed: string | null;
  readonly reasonSealed: string | null;
  readonly expiresAt: Date;
}

/** The pending edit of a locked order. The lock of the order covers it. */
export const findOpenEdit = async (tx: Tx, orderId: OrderId): Promise<OpenEdit | null> => {
  const row = await selectOpenEdit(tx, orderId)
    .select(['plan', 'shippingAddressSealed', 'reasonSealed', 'expiresAt'])
    .$castTo<EditRow>()
    .executeTakeFirst();
  if (!row) return null;
  const { id, plan, shippingAddressSealed: address, reasonSealed, expiresAt } = row;
  const fields = createFieldReader(tx.sealer);
  const shippingAddress = fields.json('shippingAddress', ['order_edits', 'shipping_address_sealed', id], address, addressSchema);
  const lines = plan.lines.map((line): EditedLine => ({ ...line, tracked: line.tracked ?? true }));
  const reason = readEditReason(fields, 'reason', id, reasonSealed);
  return {
    id,
    plan: { ...plan, lines, shippingAddress },
    reason,
    expiresAt,
    addressIsUnreadable: fields.unreadable.includes('shippingAddress'),
  };
};

/**
 * Pending edits that were not paid in time, at most `most`, in random order; `overdue` when their time ended more than
 * the given minutes ago.
 */
export const findDueEdits = (
  { db }: Pick<Reader, 'db'>,
  overdueMinutes: number,
  most: number,
): Promise<{ readonly id: OrderEditId; readonly orderId: OrderId; readonly overdue: boolean }[]> =>
  db
    .selectFrom('order_edits')
    .select((eb) => ['id', 'orderId', eb('expiresAt', '<=', minutesFromNow(-overdueMinutes)).as('overdue')])
    .where('status', '=', sql.lit<OrderEditStatus>('awaiting_payment'))
    .where('expiresAt', '<=', now)
    .orderBy(({ fn }) => fn('random', []))
    .limit(most)
    .$narrowType<{ id: OrderEditId; orderId: OrderId; overdue: boolean }>()
    .execute();
