/** The primary key is read backwards as well as forwards: a second index on the id only made each event dearer. */
import { Migration } from '@mikro-orm/migrations';

export class OneIndexById extends Migration {
  override up(): void {
    this.addSql('drop index outbox_events_newest;');
  }
}
