/** The variant that the demo shop sells in its sample sale. */
import type { VariantId } from '@cartwright/contracts';
import { now, type Reader } from '../kernel/index.ts';
import { listed } from './on-sale.ts';

/** The most expensive listed variant with this many available units; undefined when there is none, or while a sale of the name is open. */
export const findSampleVariant = ({ db }: Pick<Reader, 'db'>, saleName: string, units: number) =>
  db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .innerJoin('stock_levels as s', 's.variantId', 'v.id')
    .select(['v.id', 'v.priceCents'])
    .where(listed)
    .where((eb) => eb(eb('s.onHand', '-', eb.ref('s.reserved')), '>=', units))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('flash_sales as f')
            .select('f.id')
            .where('f.name', '=', saleName)
            .where('f.closedAt', 'is', null)
            .where('f.endsAt', '>', now),
        ),
      ),
    )
    .orderBy('v.priceCents', 'desc')
    .orderBy('v.id')
    .limit(1)
    .$narrowType<{ id: VariantId }>()
    .executeTakeFirst();
