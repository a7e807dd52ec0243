/** Stock: levels, changes and their ledger. */
import { contract } from '@cartwright/contracts';
import { getProductStock } from '@cartwright/core/catalog';
import {
  adjustStock,
  configureStock,
  createStockLocation,
  getStockLevel,
  listLowStock,
  listStockHolds,
  listStockLevels,
  listStockLocations,
  listStockMovements,
  repairStock,
  setStock,
  transferStock,
  updateStockLocation,
} from '@cartwright/core/inventory';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of stock: levels, changes and their ledger. */
export const inventoryRouter = {
  ofProduct: shop(contract.inventory.ofProduct).query(({ ctx, input }) => getProductStock(ctx.core, ctx.actor, input)),
  get: shop(contract.inventory.get).query(({ ctx, input }) => getStockLevel(ctx.core, ctx.actor, input)),
  list: shop(contract.inventory.list).query(({ ctx, input }) => listStockLevels(ctx.core, ctx.actor, input)),
  adjust: shop(contract.inventory.adjust).mutation(({ ctx, input }) => adjustStock(ctx.core, ctx.actor, input)),
  set: shop(contract.inventory.set).mutation(({ ctx, input }) => setStock(ctx.core, ctx.actor, input)),
  configure: shop(contract.inventory.configure).mutation(({ ctx, input }) => configureStock(ctx.core, ctx.actor, input)),
  lowStock: shop(contract.inventory.lowStock).query(({ ctx, input }) => listLowStock(ctx.core, ctx.actor, input)),
  transfer: shop(contract.inventory.transfer).mutation(({ ctx, input }) => transferStock(ctx.core, ctx.actor, input)),
  locations: shop(contract.inventory.locations).query(({ ctx }) => listStockLocations(ctx.core, ctx.actor)),
  createLocation: shop(contract.inventory.createLocation).mutation(({ ctx, input }) => createStockLocation(ctx.core, ctx.actor, input)),
  updateLocation: shop(contract.inventory.updateLocation).mutation(({ ctx, input }) => updateStockLocation(ctx.core, ctx.actor, input)),
  holds: shop(contract.inventory.holds).query(({ ctx, input }) => listStockHolds(ctx.core, ctx.actor, input)),
  repair: shop(contract.inventory.repair).mutation(({ ctx, input }) => repairStock(ctx.core, ctx.actor, input)),
  movements: shop(contract.inventory.movements).query(({ ctx, input }) => listStockMovements(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
