/** Encrypts the stored responses of idempotent calls, because they contain personal data. */
import { Migration } from '@mikro-orm/migrations';

export class Idempotency extends Migration {
  override up(): void {
    this.addSql(String.raw`
delete from "idempotency_keys" where response_body is not null;
alter table "idempotency_keys" drop constraint "idempotency_keys_complete";
alter table "idempotency_keys" drop column "response_body", add column "response_sealed" text null;
alter table "idempotency_keys" add constraint "idempotency_keys_complete" check ((state = 'complete') = (response_status is not null and response_sealed is not null and completed_at is not null));
`);
  }
}
