/** The demo shop always has an open flash sale to try and to watch. */
import { contract } from '@cartwright/contracts';
import { createFlashSale } from '../flash-sales/index.ts';
import { system, type Core } from '../kernel/index.ts';
import { findSampleVariant } from '../read-models/sample-variant.ts';

const name = 'Sample drop';
const units = 25;
const days = 7;

/**
 * Opens a flash sale of the most expensive product with at least 30 available units, at two thirds of its price. Does
 * nothing while a sale of the name is open, or when there is no such product.
 */
export const openSampleDrop = async (core: Core): Promise<void> => {
  const variant = await findSampleVariant(core, name, units + 5);
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
