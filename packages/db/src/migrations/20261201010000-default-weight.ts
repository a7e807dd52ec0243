/** A variant without a weight no longer counts as weightless. Shops that price shipping by weight keep their prices: their default is 0 g. */
import { Migration } from '@mikro-orm/migrations';

export class DefaultWeight extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "store_settings" add column "default_weight_grams" int null;
alter table "store_settings" add constraint "store_settings_default_weight" check (default_weight_grams is null or default_weight_grams >= 0);
update "store_settings" set "default_weight_grams" = 0
  where exists (select 1 from "shipping_bands" where "min_weight_grams" > 0 or "max_weight_grams" is not null);
`);
  }
}
