/** Encrypts the notes of buyers on carts and orders like their addresses. No release contained the plain columns. */
import { Migration } from '@mikro-orm/migrations';

export class SealedNotes extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "orders" drop column "notes", add column "notes_sealed" text null;
alter table "carts" drop column "note", add column "note_sealed" text null;
`);
  }
}
