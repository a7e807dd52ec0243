/** Mails remember when they were last put on the queue, so that those that fail again and again keep no other waiting. */
import { Migration } from '@mikro-orm/migrations';

export class NotificationQueue extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table notifications add column enqueued_at timestamptz not null default now();
create index notifications_queued on notifications (enqueued_at) where status = 'queued';
`);
  }
}
