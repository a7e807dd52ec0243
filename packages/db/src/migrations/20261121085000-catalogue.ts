/** Publishing dates, earlier slugs, collections, and a check against cycles in the category tree. */
import { Migration } from '@mikro-orm/migrations';

export class Catalogue extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "products" add column "publish_at" timestamptz null;
alter table "products" add column "unpublish_at" timestamptz null;
alter table "products" add column "purged_at" timestamptz null;
alter table "products" add constraint "products_publish_window" check (publish_at is null or unpublish_at is null or unpublish_at > publish_at);
create index products_to_publish on products (publish_at) where publish_at is not null and deleted_at is null;
create index products_to_unpublish on products (unpublish_at) where unpublish_at is not null and deleted_at is null;
create index products_to_purge on products (deleted_at) where deleted_at is not null and purged_at is null;

create table "slug_redirects" ("slug" varchar(255) not null, "product_id" uuid not null, "created_at" timestamptz not null default now(), primary key ("slug"));
create index "slug_redirects_product_id_index" on "slug_redirects" ("product_id");
alter table "slug_redirects" add constraint "slug_redirects_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete cascade;

create table "collections" ("id" uuid not null, "slug" varchar(255) not null, "name" varchar(100) not null, "description" text null, "rule" jsonb not null, "sort" text not null default 'newest', "active" boolean not null default true, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "collections" add constraint "collections_slug_unique" unique ("slug");
alter table "collections" add constraint "collections_sort_check" check ("sort" in ('relevance', 'newest', 'name', 'price', '-price'));

alter table "categories" drop constraint "categories_parent_id_foreign";
alter table "categories" add constraint "categories_parent_id_foreign" foreign key ("parent_id") references "categories" ("id");

-- One lock for the whole tree: two moves at once could each be right and together make a ring.
create function categories_stay_a_tree() returns trigger language plpgsql as $$
begin
  if new.parent_id is null then return new; end if;
  perform pg_advisory_xact_lock(hashtext('cartwright.categories'));
  if exists (
    with recursive above as (
      select id, parent_id, 1 as depth from categories where id = new.parent_id
      union all select c.id, c.parent_id, a.depth + 1 from categories c join above a on c.id = a.parent_id where a.depth < 100)
    select 1 from above where id = new.id) then
    raise exception 'a category cannot lie below itself' using errcode = 'check_violation', constraint = 'categories_no_cycle';
  end if;
  return new;
end $$;
create trigger categories_no_cycle before insert or update of parent_id on categories for each row execute function categories_stay_a_tree();

-- What may be sold ahead of its delivery is in stock too.
create or replace function refresh_search_entries(ids uuid[]) returns void language sql as $$
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
      coalesce(min(x.price_cents), 0) as cheapest, coalesce(max(x.price_cents), 0) as dearest, coalesce(bool_or(l.on_hand + l.backorder_limit > l.reserved), false) as in_stock
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
drop trigger stock_levels_search_crossing on stock_levels;
create trigger stock_levels_search_crossing after update on stock_levels for each row
  when ((old.on_hand + old.backorder_limit > old.reserved) is distinct from (new.on_hand + new.backorder_limit > new.reserved)) execute function search_after_stock_crossing();
`);
  }
}
