/** Encrypted values that could not be read, and the progress of the check of each encrypted column. */
import { Migration } from '@mikro-orm/migrations';

export class UnreadableValues extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table unreadable_values (table_name varchar(60) not null, column_name varchar(60) not null, row_id varchar(64) not null, found_at timestamptz not null default now(), primary key (table_name, column_name, row_id));
create index unreadable_values_found_at_index on unreadable_values (found_at);
create table sealed_checks (table_name varchar(60) not null, column_name varchar(60) not null, checked_to varchar(64) null, finished_at timestamptz null, primary key (table_name, column_name));
`);
  }
}
