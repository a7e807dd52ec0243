/** Uses of promo codes by guests count by delivery address too. Earlier uses have none. */
import { Migration } from '@mikro-orm/migrations';

export class CodeUsesOfGuests extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "promo_redemptions" add column "address_identity" varchar(64) null;
create index "promo_redemptions_by_address" on "promo_redemptions" ("promo_code_id", "address_identity");
`);
  }
}
