/** The demo store always has an open flash sale to try and to watch. */
import { contract, type VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFlashSale } from '../flash-sales/index.ts';
import { now, system, type Core } from '../kernel/index.ts';

const name = 'Sample drop';
const units = 25;
const days = 7;

/**
 * Opens a flash sale of the most expensive product with at least 30 available units, at two thirds of its price. Does
 * nothing while a sale of the name is open, or when there is no such product.
 */
export const openSampleDrop = async (core: Core): Promise<void> => {
  const variant = await core.db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .innerJoin('stock_levels as s', 's.variantId', 'v.id')
    .select(['v.id', 'v.priceCents'])
    .where('p.status', '=', sql.lit('active'))
    .where('p.deletedAt', 'is', null)
    .where((eb) => eb(eb('s.onHand', '-', eb.ref('s.reserved')), '>=', units + 5))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('flash_sales as f')
            .select('f.id')
            .where('f.name', '=', name)
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
  if (!variant) return;
  const startsAt = core.clock.now().getTime();
  await createFlashSale(
    core,
    system('seed'),
    contract.flashSales.create.input.parse({
      name,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + days * 86_400_000).toISOString(),
      items: [{ variantId: variant.id, units, salePriceCents: Math.round((variant.priceCents * 2) / 3), limitPerCustomer: 2 }],
    }),
  );
};
