/** Keeps idempotency keys that had an effect permanently, on refunds and orders themselves and in a table for all other calls. */
import { Migration } from '@mikro-orm/migrations';

export class PermanentKeys extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "permanent_keys" ("request_key" varchar(64) not null, "endpoint" varchar(60) not null, "fingerprint" varchar(64) not null, "subject_id" uuid null, "created_at" timestamptz not null default now(), primary key ("request_key"));
alter table "refunds" add column "request_key" varchar(64) null;
alter table "refunds" add constraint "refunds_request_key_unique" unique ("request_key", "payment_id");
alter table "orders" add column "checkout_fingerprint" varchar(64) null;

-- Keys of the last 30 days that had an effect. What their calls made is sealed in the answers, so they have no subject.
insert into "permanent_keys" ("request_key", "endpoint", "fingerprint", "created_at")
select encode(sha256(convert_to(k.actor || '|' || k.endpoint || '|' || k.key, 'UTF8')), 'hex'), k.endpoint,
  encode(sha256(convert_to(k.key || '|' || k.fingerprint, 'UTF8')), 'hex'), k.created_at
from "idempotency_keys" k
where k.response_sealed is not null and (k.response_status is null or k.response_status < 400)
  and split_part(k.endpoint, '.', 1) not in ('carts', 'checkout') and k.endpoint not in ('orders.payEdit', 'payments.resolveDifference', 'flashSales.buy')
on conflict do nothing;
`);
  }
}
