/** A variant whose units are not counted is not short of any. */
import { Migration } from '@mikro-orm/migrations';

export class NoShortageUntracked extends Migration {
  override up(): void {
    this.addSql('update stock_levels set forced_short = 0 where not tracked and forced_short > 0;');
  }
}
