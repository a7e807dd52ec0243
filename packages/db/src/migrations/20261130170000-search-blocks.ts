/**
 * Searches for common words in large shops read the newest entries first: an entry has a number in the order of its first listing, and the
 * index of words has blocks of 8,192 of them. Writing the numbers and the index takes about a minute for a million products.
 */
import { Migration } from '@mikro-orm/migrations';

export class SearchBlocks extends Migration {
  override up(): void {
    this.addSql(String.raw`
create sequence search_entries_number;
drop index search_entries_document;
alter table "search_entries" add column "number" bigint not null default nextval('search_entries_number');
alter table "search_entries" alter column "number" drop default;
create index search_entries_words on search_entries using gin (document, (array[(number >> 13)::int])) with (fastupdate = off);

-- Patterns for the typed words that have signs, such as c++ and .net: a name with all of them as they were typed fits better.
create function search_signs(typed text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg('%' || regexp_replace(word, '([%_\\])', '\\\1', 'g') || '%'), '{}')
  from regexp_split_to_table(lower(typed), '\s+') word where word ~ '[^[:alnum:]]' and word !~ '^-|"'
$$;

-- An entry keeps its number when it is written again.
create or replace function refresh_search_entries(ids uuid[]) returns void language sql as $$
  delete from search_entries e where e.product_id = any(ids)
    and not exists (select 1 from products p where p.id = e.product_id and p.status = 'active' and p.deleted_at is null);
  delete from search_hidden_entries e where e.product_id = any(ids)
    and not exists (select 1 from products p where p.id = e.product_id and p.status <> 'active' and p.deleted_at is null);
  with fresh as materialized (
    select p.id, p.status, p.name, p.brand, p.category_id, p.tags, p.currency, p.created_at, kept.number, v.cheapest, v.dearest, v.in_stock, coalesce(v.options, '{}') as options,
      setweight(search_field(p.name, store.language, false), 'A')
        || setweight(search_field(concat_ws(' ', p.brand, array_to_string(p.tags, ' '), v.option_values), store.language, false), 'B')
        || setweight(search_field(concat_ws(' ', v.barcodes, v.skus), store.language, true), 'B')
        || setweight(search_field(left(coalesce(v.option_names, ''), 1000), store.language, false), 'D')
        || setweight(search_prose(left(coalesce(p.description, ''), 20000), store.language), 'C') as document
    from (select search_language() as language offset 0) store
    cross join products p
    left join search_entries kept on kept.product_id = p.id
    join lateral (
      select string_agg(distinct x.sku, ' ') as skus, string_agg(distinct x.barcode, ' ') as barcodes,
        string_agg(distinct o.value, ' ') as option_values, string_agg(distinct o.key, ' ') as option_names, array_agg(distinct o.key || ':' || o.value) filter (where o.key is not null) as options,
        coalesce(min(x.price_cents), 0) as cheapest, coalesce(max(x.price_cents), 0) as dearest, coalesce(bool_or(not l.tracked or l.on_hand + l.backorder_limit > l.reserved), false) as in_stock
      from variants x left join stock_levels l on l.variant_id = x.id left join lateral jsonb_each_text(x.options) o on true
      where x.product_id = p.id) v on true
    where p.id = any(ids) and p.deleted_at is null),
  hidden as (
    insert into search_hidden_entries (product_id, document) select id, document from fresh where status <> 'active' order by id
    on conflict (product_id) do update set document = excluded.document)
  insert into search_entries (product_id, document, name, brand, category_id, tags, options, currency, min_price_cents, max_price_cents, in_stock, created_at, number)
  select id, document, name, brand, category_id, tags, options, currency, cheapest, dearest, in_stock, created_at, coalesce(number, nextval('search_entries_number')) from fresh where status = 'active'
  order by id
  on conflict (product_id) do update set document = excluded.document, name = excluded.name, brand = excluded.brand, category_id = excluded.category_id,
    tags = excluded.tags, options = excluded.options, currency = excluded.currency, min_price_cents = excluded.min_price_cents,
    max_price_cents = excluded.max_price_cents, in_stock = excluded.in_stock, created_at = excluded.created_at;
  -- Their words are gathered later, by whoever empties the queue.
  insert into search_queue (product_id) select unnest(ids);
$$;
`);
  }
}
