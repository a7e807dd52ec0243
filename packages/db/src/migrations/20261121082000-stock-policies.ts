/** Allows sales before delivery, and corrections below the promised units. */
import { Migration } from '@mikro-orm/migrations';

export class StockPolicies extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "stock_levels" add column "backorder_limit" int not null default 0, add column "forced_short" int not null default 0;
alter table "stock_levels" drop constraint "stock_levels_bounds";
alter table "stock_levels" add constraint "stock_levels_bounds" check (reserved >= 0 and reserved <= on_hand + backorder_limit + forced_short);
alter table "stock_levels" add constraint "stock_levels_policies" check (backorder_limit >= 0 and forced_short >= 0 and reorder_threshold >= 0);
`);
  }
}
