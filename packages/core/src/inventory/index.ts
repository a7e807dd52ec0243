export { adjustStock, changeOnHand, configureStock, openStock, setStock } from './adjust-stock.ts';
export { allocateStock, changeAllocation, closeAllocation } from './allocate-stock.ts';
export { lockAllocation } from './allocation.locks.ts';
export type { NewAllocation } from './allocation.store.ts';
export { readAvailability, type ProductAvailability } from './availability.queries.ts';
export type { HoldRequest, WantedHold } from './cart-hold.store.ts';
export { expireCartHolds } from './expire-cart-holds.ts';
export { findExactHolders, holdForCart, holdStock } from './hold-stock.ts';
export { holdFromAllocation, moveHoldsOfOrder, passHoldsToOrders } from './hold.store.ts';
export { holdForEdit, releaseEditHolds, sellEditHolds } from './hold-for-edit.ts';
export {
  getStockLevel,
  listLowStock,
  listStockHolds,
  listStockLevels,
  listStockMovements,
  liveLevel,
  liveLevels,
  stockStatus,
} from './inventory.queries.ts';
export { createStockLocation } from './create-stock-location.ts';
export { updateStockLocation } from './update-stock-location.ts';
export { listStockLocations } from './location.queries.ts';
export { commitOrderStock, releaseOrderStock, restockOrder } from './order-stock.ts';
export { lockFreedStock } from './lock-freed-stock.ts';
export { repairStock } from './repair-stock.ts';
export { transferStock } from './transfer-stock.ts';
export { lockStock, lockStockOfOrders, type LockedStock } from './stock.locks.ts';
export { restockLines, type RestockedLine } from './restock-lines.ts';
export { sellMore } from './sell-more.ts';
