/** What a batch of purchases reads of its item, after it has locked the allocation. */
import type { Currency, FlashSaleId, FlashSaleItemId, ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { anyId, anyText, notFound, type Tx } from '../kernel/index.ts';
import { onSale } from '../pricing/index.ts';
import { stateOf } from '../read-models/flash-sales.ts';
import type { ItemUnderLock, PurchaseRequest } from './decide-purchases.ts';

/** An item of a sale with all that decides about purchases of it. */
export interface SaleItem extends Omit<ItemUnderLock, 'unitsFree'> {
  readonly saleId: FlashSaleId;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly productName: string;
  readonly variantTitle: string;
  readonly sku: string;
  readonly currency: Currency;
  readonly taxClass: string;
  readonly weightGrams: number;
  readonly paymentWindowMinutes: number;
  readonly paymentRetryMinutes: number;
  /** Earlier purchases with the keys of the requests, by their key. */
  readonly before: Record<string, { orderId: string; fingerprint: string }> | null;
  /** The places of the requests that may be used now. */
  readonly admitted: string[] | null;
}

type ItemIds = Pick<SaleItem, 'saleId' | 'variantId' | 'productId' | 'currency'>;

/**
 * Reads an item, and what its buyers have bought and may use. A statement of its own after the lock, because only then does it see what the
 * batch before has committed.
 */
export const readItem = async (
  tx: Tx,
  itemId: FlashSaleItemId,
  requests: readonly Pick<PurchaseRequest, 'requestKey' | 'placeId'>[],
): Promise<SaleItem> => {
  const keys = requests.map((r) => r.requestKey);
  const places = requests.flatMap((r) => r.placeId ?? []);
  const item = await tx.db
    .selectFrom('flash_sale_items as i')
    .innerJoin('flash_sales as s', 's.id', 'i.saleId')
    .innerJoin('variants as v', 'v.id', 'i.variantId')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select((eb) => [
      's.id as saleId',
      stateOf.as('phase'),
      's.startsAt',
      's.waitingRoom',
      's.paymentWindowMinutes',
      's.paymentRetryMinutes',
      'i.variantId',
      'i.salePriceCents',
      'i.currency',
      'i.limitPerCustomer',
      'i.limitPerAddress',
      'p.id as productId',
      onSale.as('onSale'),
      'p.name as productName',
      'p.taxClass',
      eb.fn.coalesce('v.weightGrams', sql.lit(0)).as('weightGrams'),
      'v.title as variantTitle',
      'v.sku',
      eb
        .selectFrom('flash_purchases as f')
        .select(({ fn, ref }) => {
          const purchase = jsonBuildObject({ orderId: ref('f.orderId'), fingerprint: ref('f.fingerprint') });
          return fn.agg<SaleItem['before']>('json_object_agg', ['f.requestKey', purchase]).as('before');
        })
        .where('f.requestKey', '=', anyText(keys))
        .as('before'),
      eb
        .selectFrom('waiting_places as w')
        .select(({ fn }) => fn.jsonAgg('w.id').as('admitted'))
        .where('w.id', '=', anyId(places))
        .whereRef('w.saleId', '=', 's.id')
        .where('w.usedAt', 'is', null)
        .where('w.admittedUntil', '>', eb.fn<Date>('clock_timestamp'))
        .as('admitted'),
    ])
    .where('i.id', '=', itemId)
    .$narrowType<ItemIds>()
    .executeTakeFirst();
  if (!item) throw notFound('This flash sale item');
  return item;
};
