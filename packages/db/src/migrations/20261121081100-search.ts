/** The tables of the search: one row for each published product, written by triggers in the transaction that changes the product. */
import { Migration } from '@mikro-orm/migrations';

export class Search extends Migration {
  override up(): void {
    this.addSql(String.raw`
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists fuzzystrmatch;

-- English stems, and letters without their accents.
create text search configuration shop_text (copy = pg_catalog.english);
alter text search configuration shop_text alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with unaccent, english_stem;

alter table products drop column search;

create table "search_entries" ("product_id" uuid not null, "document" tsvector not null, "name" varchar(255) not null, "brand" varchar(100) null, "category_id" uuid null, "tags" text[] not null, "options" text[] not null, "currency" char(3) not null, "min_price_cents" bigint not null, "max_price_cents" bigint not null, "in_stock" boolean not null, "created_at" timestamptz not null, primary key ("product_id"));
alter table "search_entries" add constraint "search_entries_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete cascade;
create index search_entries_document on search_entries using gin (document) with (fastupdate = off);
create index search_entries_tags on search_entries using gin (tags) with (fastupdate = off);
create index search_entries_options on search_entries using gin (options) with (fastupdate = off);
create index search_entries_category on search_entries (category_id, created_at desc);
create index search_entries_brand on search_entries (brand, created_at desc);
create index search_entries_newest on search_entries (created_at desc, product_id desc);
create index search_entries_price on search_entries (min_price_cents, product_id);
create index search_entries_name on search_entries (lower(name), product_id);
create index search_entries_brand_name on search_entries (lower(brand) collate "C");

create table "search_words" ("word" varchar(64) not null, primary key ("word"));
create index search_words_alike on search_words using gin (word gin_trgm_ops);
create table "search_trends" ("product_id" uuid not null, "score" double precision not null, "updated_at" timestamptz not null default now(), primary key ("product_id"));
alter table "search_trends" add constraint "search_trends_score" check (score > 0);
alter table "search_trends" add constraint "search_trends_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete cascade;
create index search_trends_score_index on search_trends (score desc);
create table "search_queue" ("id" bigint generated always as identity, "product_id" uuid not null, primary key ("id"));

create index products_name_alike on products using gin (name gin_trgm_ops);
create index carts_active_guest on carts (guest_token_hash, updated_at desc) where status = 'active' and guest_token_hash is not null;

-- Writes the rows of the given products anew; products that are not on the shelf lose theirs.
create function refresh_search_entries(ids uuid[]) returns void language sql as $$
  delete from search_entries e where e.product_id = any(ids)
    and not exists (select 1 from products p where p.id = e.product_id and p.status = 'active' and p.deleted_at is null);
  insert into search_entries (product_id, document, name, brand, category_id, tags, options, currency, min_price_cents, max_price_cents, in_stock, created_at)
  select p.id,
    setweight(to_tsvector('public.shop_text', p.name), 'A')
      || setweight(to_tsvector('public.shop_text', concat_ws(' ', p.brand, array_to_string(p.tags, ' '), v.skus)), 'B')
      || setweight(to_tsvector('public.shop_text', left(coalesce(p.description, ''), 20000)), 'C'),
    p.name, p.brand, p.category_id, p.tags, coalesce(v.options, '{}'), p.currency, v.cheapest, v.dearest, v.in_stock, p.created_at
  from products p
  join lateral (
    select string_agg(distinct x.sku, ' ') as skus, array_agg(distinct o.key || ':' || o.value) filter (where o.key is not null) as options,
      coalesce(min(x.price_cents), 0) as cheapest, coalesce(max(x.price_cents), 0) as dearest, coalesce(bool_or(l.on_hand > l.reserved), false) as in_stock
    from variants x left join stock_levels l on l.variant_id = x.id left join lateral jsonb_each_text(x.options) o on true
    where x.product_id = p.id) v on true
  where p.id = any(ids) and p.status = 'active' and p.deleted_at is null
  order by p.id
  on conflict (product_id) do update set document = excluded.document, name = excluded.name, brand = excluded.brand, category_id = excluded.category_id,
    tags = excluded.tags, options = excluded.options, currency = excluded.currency, min_price_cents = excluded.min_price_cents,
    max_price_cents = excluded.max_price_cents, in_stock = excluded.in_stock, created_at = excluded.created_at;
  -- Their words are gathered later, by whoever empties the queue.
  insert into search_queue (product_id) select unnest(ids);
$$;

-- A variant can be sold from the moment it has its stock row; that row is written last.
create function search_after_stock_insert() returns trigger language plpgsql as $$
begin
  perform refresh_search_entries(array(select distinct v.product_id from fresh f join variants v on v.id = f.variant_id));
  return null;
end $$;
create function search_after_product_update() returns trigger language plpgsql as $$
begin
  perform refresh_search_entries(array(select f.id from fresh f join stale s on s.id = f.id
    where (f.name, f.description, f.brand, f.tags, f.category_id, f.status, f.currency, f.deleted_at is null, f.created_at)
      is distinct from (s.name, s.description, s.brand, s.tags, s.category_id, s.status, s.currency, s.deleted_at is null, s.created_at)));
  return null;
end $$;
create function search_after_variant_update() returns trigger language plpgsql as $$
begin
  perform refresh_search_entries(array(select distinct f.product_id from fresh f join stale s on s.id = f.id
    where (f.sku, f.options, f.price_cents) is distinct from (s.sku, s.options, s.price_cents)));
  return null;
end $$;
create function search_after_variant_delete() returns trigger language plpgsql as $$
begin
  perform refresh_search_entries(array(select distinct product_id from stale));
  return null;
end $$;
-- Takes no lock that a sale would have to wait for: the flag follows when the queue is emptied.
create function search_after_stock_crossing() returns trigger language plpgsql as $$
begin
  insert into search_queue (product_id) select product_id from variants where id = new.variant_id;
  return null;
end $$;

create trigger products_search_update after update on products referencing old table as stale new table as fresh for each statement execute function search_after_product_update();
create trigger variants_search_update after update on variants referencing old table as stale new table as fresh for each statement execute function search_after_variant_update();
create trigger variants_search_delete after delete on variants referencing old table as stale for each statement execute function search_after_variant_delete();
create trigger stock_levels_search_insert after insert on stock_levels referencing new table as fresh for each statement execute function search_after_stock_insert();
create trigger stock_levels_search_crossing after update on stock_levels for each row
  when ((old.on_hand > old.reserved) is distinct from (new.on_hand > new.reserved)) execute function search_after_stock_crossing();

select refresh_search_entries(array(select id from products where status = 'active' and deleted_at is null));
`);
  }
}
