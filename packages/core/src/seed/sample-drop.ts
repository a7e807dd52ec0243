/** The demo store always has an open flash sale to try and to watch. */
import { contract, type VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFlashSale } from '../flash-sales/index.ts';
import { system, type Core } from '../kernel/index.ts';

const name = 'Sample drop';
const units = 25;
const days = 7;

/**
 * Opens a flash sale of the most expensive product with at least 30 available units, at two thirds of its price. Does
 * nothing while a sale of the name is open, or when there is no such product.
 */
export const openSampleDrop = async (core: Core): Promise<void> => {
  const { rows } = await sql<{ variantId: VariantId; priceCents: number }>`
    select v.id as "variantId", v.price_cents as "priceCents" from variants v join products p on p.id = v.product_id join stock_levels s on s.variant_id = v.id
    where p.status = 'active' and p.deleted_at is null and s.on_hand - s.reserved >= ${units + 5}
      and not exists (select 1 from flash_sales f where f.name = ${name} and f.closed_at is null and f.ends_at > now())
    order by v.price_cents desc, v.id limit 1`.execute(core.db);
  const [variant] = rows;
  if (!variant) return;
  const now = core.clock.now().getTime();
  await createFlashSale(
    core,
    system('seed'),
    contract.flashSales.create.input.parse({
      name,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + days * 86_400_000).toISOString(),
      items: [{ variantId: variant.variantId, units, salePriceCents: Math.round((variant.priceCents * 2) / 3), limitPerCustomer: 2 }],
    }),
  );
};
