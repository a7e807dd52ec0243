/** The facet values of a product, stored once as JSON, so that reading those of two thousand products is one concatenation. */
import { Migration } from '@mikro-orm/migrations';

export class SearchLabels extends Migration {
  override up(): void {
    this.addSql(String.raw`
-- Category, brand, tags, options, lowest and highest price. Of its arguments alone: what makes json_build_array "stable" are types that are not used here.
create function search_labels(category_id uuid, brand text, tags text[], options text[], min_price_cents bigint, max_price_cents bigint) returns text
  language sql immutable parallel safe as $$ select json_build_array(category_id, brand, tags, options, min_price_cents, max_price_cents)::text $$;
alter table "search_entries" add column "labels" text not null generated always as (search_labels(category_id, brand, tags, options, min_price_cents, max_price_cents)) stored;
`);
  }
}
