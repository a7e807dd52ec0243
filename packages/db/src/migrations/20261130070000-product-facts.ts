/** Adds barcode, cost, image and metadata of variants, texts for search engines and metadata of products, and what an import says of its file. */
import { Migration } from '@mikro-orm/migrations';

export class ProductFacts extends Migration {
  override up(): void {
    this.addSql(`
alter table "products" add "seo_title" text null, add "seo_description" text null, add "metadata" jsonb not null default '{}';
alter table "products" add constraint "products_metadata_size" check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 32768);
alter table "variants" add "barcode" varchar(100) null, add "cost_cents" bigint null, add "image_id" uuid null, add "metadata" jsonb not null default '{}';
alter table "variants" add constraint "variants_image_id_foreign" foreign key ("image_id") references "product_images" ("id") on delete set null;
create index "variants_image_id_index" on "variants" ("image_id");
alter table "variants" add constraint "variants_cost_not_negative" check (cost_cents is null or cost_cents >= 0);
alter table "variants" add constraint "variants_metadata_size" check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 32768);
alter table "catalog_imports" add "unused_columns" jsonb not null default '[]', add "new_categories" text[] not null default '{}';
`);
  }
}
