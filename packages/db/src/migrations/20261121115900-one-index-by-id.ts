/** Removes a second index on the id: the primary key can be read backwards, and the index only slowed down writing events. */
import { Migration } from '@mikro-orm/migrations';

export class OneIndexById extends Migration {
  override up(): void {
    this.addSql('drop index outbox_events_newest;');
  }
}
