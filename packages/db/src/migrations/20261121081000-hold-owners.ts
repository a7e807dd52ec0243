/** Cart holds know whose they are, so that what one buyer keeps from all others can be limited. */
import { Migration } from '@mikro-orm/migrations';

export class HoldOwners extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "holds" add column "owner" varchar(80) null;
create index holds_by_owner on holds (owner) where state = 'active' and cart_id is not null;
`);
  }
}
