/**
 * Orders expire some minutes after their first declined payment. Existing sales keep the time that their buyers were promised: a retry is
 * possible for the whole payment window.
 */
import { Migration } from '@mikro-orm/migrations';

export class PaymentRetry extends Migration {
  override up(): void {
    this.addSql(`alter table "orders" add column "payment_retry_minutes" int not null default 15;`);
    this.addSql(`alter table "orders" add constraint "orders_payment_retry" check (payment_retry_minutes > 0);`);
    this.addSql(`alter table "store_settings" add column "payment_retry_minutes" int null;`);
    this.addSql(`alter table "store_settings" add constraint "store_settings_retry" check (payment_retry_minutes is null or payment_retry_minutes between 1 and 1440);`);
    this.addSql(`alter table "flash_sales" add column "payment_retry_minutes" int not null default 2, alter column "payment_window_minutes" set default 2;`);
    this.addSql(`update "flash_sales" set "payment_retry_minutes" = "payment_window_minutes";`);
    this.addSql(`alter table "flash_sales" add constraint "flash_sales_payment_retry" check (payment_retry_minutes > 0);`);
  }
}
