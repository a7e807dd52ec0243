/** Mails store when they were last queued, so that mails that fail repeatedly do not delay other mails. */
import { Migration } from '@mikro-orm/migrations';

export class NotificationQueue extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table notifications add column enqueued_at timestamptz not null default now();
create index notifications_queued on notifications (enqueued_at) where status = 'queued';
`);
  }
}
