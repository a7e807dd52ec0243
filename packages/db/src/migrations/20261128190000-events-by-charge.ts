/** An index for provider events that staff decide about, by their charge. */
import { Migration } from '@mikro-orm/migrations';

export class EventsByCharge extends Migration {
  override up(): void {
    this.addSql(`create index gateway_events_by_charge on gateway_events (gateway_reference) where outcome in ('orphaned', 'conflicting', 'dead');`);
  }
}
