/** An item of a sale with its product, and what some buyers have bought and may use. */
import type { Currency, FlashSaleId, FlashSaleItemId, FlashSaleState, ProductId, VariantId } from '@cartwright/contracts';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { anyId, anyText, type ReadOnlyDb } from '../kernel/index.ts';
import { stateOf } from './flash-sales.ts';
import { onSale } from './on-sale.ts';

/** An item of a sale, for a purchase. */
export interface SaleItem {
  readonly saleId: FlashSaleId;
  readonly phase: FlashSaleState;
  readonly startsAt: Date;
  readonly waitingRoom: boolean;
  readonly paymentWindowMinutes: number;
  readonly paymentRetryMinutes: number;
  readonly variantId: VariantId;
  readonly salePriceCents: number;
  readonly currency: Currency;
  readonly limitPerCustomer: number | null;
  readonly limitPerAddress: number | null;
  readonly productId: ProductId;
  readonly onSale: boolean;
  readonly productName: string;
  readonly taxClass: string;
  readonly weightGrams: number | null;
  readonly variantTitle: string;
  readonly sku: string;
  /** Earlier purchases with the keys, by their key. */
  readonly before: Record<string, { orderId: string; fingerprint: string }> | null;
  /** Those of the places in the waiting room that may be used now. */
  readonly admitted: string[] | null;
}

/** The keys and the places in the waiting room that some buyers send. */
export interface SentByBuyers {
  readonly keys: readonly string[];
  readonly places: readonly string[];
}

/** An item of a sale, for some buyers; undefined when it does not exist. */
export const readSaleItem = (db: ReadOnlyDb, itemId: FlashSaleItemId, { keys, places }: SentByBuyers): Promise<SaleItem | undefined> =>
  db
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
      'v.weightGrams',
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
    .$narrowType<Pick<SaleItem, 'saleId' | 'variantId' | 'productId' | 'currency'>>()
    .executeTakeFirst();
