/** Tx steps for the units that an edit adds to an order, from the moment it is proposed until its difference is paid. The caller has locked the order. */
import type { OrderEditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { endHolds } from './hold.state.ts';
import { releaseHolds } from './order-stock.ts';
import type { RestockedLine, StockChange } from './restock-lines.ts';
import { stockToChange, variantsOfHolds } from './stock.locks.ts';
import { lockUnreservedStock, recordSales, type WantedUnits } from './stock.unreserved.ts';

/** Holds units until the edit is decided. All or nothing: throws `INSUFFICIENT_STOCK` with what is available. */
export const holdForEdit = async (tx: Tx, editId: OrderEditId, units: readonly WantedUnits[], expiresAt: Date): Promise<void> => {
  const wanted = units.filter((line) => line.quantity > 0);
  if (wanted.length === 0) return;
  await lockUnreservedStock(tx, wanted);
  const rows = wanted.map(({ variantId, quantity }) => ({ id: tx.ids.next(), variantId, quantity }));
  await sql`
    with wanted as (select * from json_to_recordset(${JSON.stringify(rows)}::json) as w(id uuid, "variantId" uuid, quantity int)),
    held as (insert into holds (id, variant_id, quantity, order_edit_id, expires_at) select id, "variantId", quantity, ${editId}, ${expiresAt} from wanted)
    update stock_levels s set reserved = s.reserved + w.quantity, updated_at = now() from wanted w where s.variant_id = w."variantId"`.execute(
    tx.db,
  );
};

/** Turns the units that the edit holds into sold units of its lines. */
export const sellEditHolds = async (tx: Tx, editId: OrderEditId, lines: readonly RestockedLine[], change: StockChange): Promise<void> => {
  // The holds end after the stock rows are locked, in their order: array(select ... from locked) waits for them.
  const { rows: held } = await sql<WantedUnits>`
    with locked as materialized (
      ${stockToChange(sql`s.variant_id`, variantsOfHolds(sql`order_edit_id = ${editId}`))}),
    ended as (
      ${endHolds('committed', sql`h.order_edit_id = ${editId} and h.variant_id = any(array(select variant_id from locked))`)}
      returning variant_id, quantity),
    sold as (
      update stock_levels s set on_hand = s.on_hand - e.quantity, reserved = s.reserved - e.quantity, version = s.version + 1, updated_at = now()
      from ended e where s.variant_id = e.variant_id)
    select variant_id as "variantId", quantity from ended`.execute(tx.db);
  const units = new Map(held.map((hold) => [hold.variantId, hold.quantity]));
  const added = lines.filter((line) => line.quantity > 0);
  if (added.length !== held.length || added.some((line) => units.get(line.variantId) !== line.quantity))
    throw new Error(`Edit ${editId} does not hold the units that it adds`);
  if (added.length > 0) await recordSales(tx, added, change);
};

/** Releases the units that the edit holds. Does nothing the second time. */
export const releaseEditHolds = (tx: Tx, editId: OrderEditId): Promise<void> => releaseHolds(tx, sql`order_edit_id = ${editId}`);
