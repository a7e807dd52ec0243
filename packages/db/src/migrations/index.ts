/** Every migration in the order in which it is applied. Names are kept in the database: never rename one. */
import { Initial } from './20261121000000-initial.ts';
import { Guards } from './20261121000001-guards.ts';
import { FlashSales } from './20261121010800-flash-sales.ts';
import { Accounts } from './20261121080500-accounts.ts';
import { PartialShipments } from './20261121080600-partial-shipments.ts';
import { HoldOwners } from './20261121081000-hold-owners.ts';
import { Payments } from './20261121081030-payments.ts';
import { Idempotency } from './20261121081500-idempotency.ts';
import { OrderLists } from './20261121081500-order-lists.ts';
import { Search } from './20261121081100-search.ts';
import { StockPolicies } from './20261121082000-stock-policies.ts';
import { WaitingRoom } from './20261121083000-waiting-room.ts';
import { Pricing } from './20261121083000-pricing.ts';
import { StockLocations } from './20261121083000-stock-locations.ts';
import { Returns } from './20261121083500-returns.ts';
import { StreamedImports } from './20261121083000-streamed-imports.ts';
import { OrderLog } from './20261121084800-order-log.ts';
import { OrderEdits } from './20261121085500-order-edits.ts';
import { Carts } from './20261121085000-carts.ts';
import { Catalogue } from './20261121085000-catalogue.ts';
import { SealedNotes } from './20261121092300-sealed-notes.ts';
import { ArchivedOrders } from './20261121091600-archived-orders.ts';

export const migrationsList = [
  { name: '20261121000000-initial', class: Initial },
  { name: '20261121000001-guards', class: Guards },
  { name: '20261121010800-flash-sales', class: FlashSales },
  { name: '20261121080500-accounts', class: Accounts },
  { name: '20261121080600-partial-shipments', class: PartialShipments },
  { name: '20261121081000-hold-owners', class: HoldOwners },
  { name: '20261121081030-payments', class: Payments },
  { name: '20261121081500-idempotency', class: Idempotency },
  { name: '20261121081500-order-lists', class: OrderLists },
  { name: '20261121081100-search', class: Search },
  { name: '20261121082000-stock-policies', class: StockPolicies },
  { name: '20261121083000-waiting-room', class: WaitingRoom },
  { name: '20261121083000-pricing', class: Pricing },
  { name: '20261121083000-stock-locations', class: StockLocations },
  { name: '20261121083500-returns', class: Returns },
  { name: '20261121083000-streamed-imports', class: StreamedImports },
  { name: '20261121084800-order-log', class: OrderLog },
  { name: '20261121085500-order-edits', class: OrderEdits },
  { name: '20261121085000-carts', class: Carts },
  { name: '20261121085000-catalogue', class: Catalogue },
  { name: '20261121092300-sealed-notes', class: SealedNotes },
  { name: '20261121091600-archived-orders', class: ArchivedOrders },
];
