/** Writes `flash_purchases`, and the used places of `waiting_places` in the same statement. */
import type { FlashSaleItemId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { rowsAs, type Tx } from '../kernel/index.ts';
import type { PreparedPurchase } from './prepare-purchase.ts';

/** A purchase whose order was placed. */
export interface PlacedPurchase {
  /** The id of the order. */
  readonly id: OrderId;
  readonly request: Pick<PreparedPurchase, 'requestKey' | 'fingerprint' | 'quantity' | 'placeId'>;
}

const purchaseColumns = { id: 'uuid', requestKey: 'text', fingerprint: 'text', quantity: 'int', placeId: 'uuid' } as const;

/**
 * Inserts the records that answer repeated keys, and marks the places in the waiting room as used. The caller has locked the allocation.
 */
export const recordPurchases = async (tx: Tx, itemId: FlashSaleItemId, placed: readonly PlacedPurchase[]): Promise<void> => {
  const rows = placed.map(({ id, request: { requestKey, fingerprint, quantity, placeId } }) => ({
    id,
    requestKey,
    fingerprint,
    quantity,
    placeId,
  }));
  await sql`
    with bought as (select * from ${rowsAs('b', rows, purchaseColumns)}),
    used as (
      update waiting_places w set used_at = now() from bought b where w.id = b.place_id and w.used_at is null)
    insert into flash_purchases (order_id, item_id, request_key, fingerprint, quantity)
    select id, ${itemId}, request_key, fingerprint, quantity from bought`.execute(tx.db);
};
