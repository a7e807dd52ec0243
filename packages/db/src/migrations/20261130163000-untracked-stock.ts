/** A variant may be untracked: its stock is not counted, so it can always be bought. Every present variant and order line stays tracked. */
import { Migration } from '@mikro-orm/migrations';

export class UntrackedStock extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "stock_levels" add column "tracked" boolean not null default true;
alter table "stock_levels" add constraint "stock_levels_untracked" check (tracked or reserved = 0);
alter table "order_items" add column "tracked" boolean not null default true;

create or replace function refresh_search_entries(ids uuid[]) returns void language sql as $$
  delete from search_entries e where e.product_id = any(ids)
    and not exists (select 1 from products p where p.id = e.product_id and p.status = 'active' and p.deleted_at is null);
  delete from search_hidden_entries e where e.product_id = any(ids)
    and not exists (select 1 from products p where p.id = e.product_id and p.status <> 'active' and p.deleted_at is null);
  with fresh as materialized (
    select p.id, p.status, p.name, p.brand, p.category_id, p.tags, p.currency, p.created_at, v.cheapest, v.dearest, v.in_stock, coalesce(v.options, '{}') as options,
      setweight(search_field(p.name, store.language, false), 'A')
        || setweight(search_field(concat_ws(' ', p.brand, array_to_string(p.tags, ' '), v.option_values), store.language, false), 'B')
        || setweight(search_field(concat_ws(' ', v.barcodes, v.skus), store.language, true), 'B')
        || setweight(search_field(left(coalesce(v.option_names, ''), 1000), store.language, false), 'D')
        || setweight(search_prose(left(coalesce(p.description, ''), 20000), store.language), 'C') as document
    from (select search_language() as language offset 0) store
    cross join products p
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
  insert into search_entries (product_id, document, name, brand, category_id, tags, options, currency, min_price_cents, max_price_cents, in_stock, created_at)
  select id, document, name, brand, category_id, tags, options, currency, cheapest, dearest, in_stock, created_at from fresh where status = 'active'
  order by id
  on conflict (product_id) do update set document = excluded.document, name = excluded.name, brand = excluded.brand, category_id = excluded.category_id,
    tags = excluded.tags, options = excluded.options, currency = excluded.currency, min_price_cents = excluded.min_price_cents,
    max_price_cents = excluded.max_price_cents, in_stock = excluded.in_stock, created_at = excluded.created_at;
  -- Their words are gathered later, by whoever empties the queue.
  insert into search_queue (product_id) select unnest(ids);
$$;

drop trigger stock_levels_search_crossing on stock_levels;
create trigger stock_levels_search_crossing after update on stock_levels for each row
  when ((not old.tracked or old.on_hand + old.backorder_limit > old.reserved)
    is distinct from (not new.tracked or new.on_hand + new.backorder_limit > new.reserved)) execute function search_after_stock_crossing();
`);
  }
}
