/** Adds the owner of cart holds, so that the holds of one buyer can be limited. */
import { Migration } from '@mikro-orm/migrations';

export class HoldOwners extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "holds" add column "owner" varchar(80) null;
create index holds_by_owner on holds (owner) where state = 'active' and cart_id is not null;
`);
  }
}
