/** Identifies products by their handle, variants by their options, categories by name and parent; products can be unlisted. */
import { Migration } from '@mikro-orm/migrations';

export class ProductIdentity extends Migration {
  override up(): void {
    this.addSql(String.raw`
-- The handle identifies a product in files and for other systems; the slug only serves its address.
alter table "products" add column "handle" varchar(255) null;
update products set handle = slug;
alter table "products" alter column "handle" set not null;
create unique index products_handle_unique on products (handle) where deleted_at is null;
-- A process of the version before, which knows no handle, still adds products while this version is rolled out.
create function products_default_handle() returns trigger language plpgsql as $$
begin
  new.handle := coalesce(new.handle, new.slug);
  return new;
end $$;
create trigger products_default_handle before insert on products for each row execute function products_default_handle();

alter table "products" drop constraint "products_status_check";
alter table "products" add constraint "products_status_check" check ("status" in ('draft', 'active', 'unlisted', 'archived'));

-- SKUs of up to 255 characters, free again once their product is deleted.
alter table "variants" alter column "sku" type varchar(255);
alter table "order_items" alter column "sku" type varchar(255);
alter table "catalog_import_rows" alter column "sku" type varchar(255);
alter table "variants" add column "deleted_at" timestamptz null;
update variants v set deleted_at = p.deleted_at from products p where p.id = v.product_id and p.deleted_at is not null;
alter table "variants" drop constraint "variants_sku_unique";
create unique index variants_sku_unique on variants (sku) where deleted_at is null;

-- Of variants with the same options, all but the oldest get their SKU into an option value, so that buyers and staff can tell them apart.
create temporary table twins (product_id uuid primary key) on commit drop;
do $$
begin
  loop
    with younger as (
      select id, n from (select id, row_number() over (partition by product_id, options order by created_at, position, id) as n from variants) x where n > 1),
    changed as (
      update variants v set
        options = case when v.options = '{}' then jsonb_build_object('Variant', v.sku) else v.options || (
          select jsonb_build_object(o.key, o.value || ' (' || v.sku || ')') from jsonb_each_text(v.options) o order by o.key limit 1) end,
        title = left(case when v.title = '' then v.sku else v.title || ' (' || v.sku || ')' end, 255), updated_at = now()
      from younger y where y.id = v.id returning v.product_id)
    insert into twins select distinct product_id from changed on conflict do nothing;
    exit when not exists (select 1 from variants group by product_id, options having count(*) > 1);
  end loop;
end $$;
update products p set version = version + 1, updated_at = now(), options = (
  select coalesce(jsonb_agg(jsonb_build_object('name', name, 'values', "values") order by place, name), '[]') from (
    select name, jsonb_agg(value order by seen) as "values",
      coalesce((select min(old.n) from jsonb_array_elements(p.options) with ordinality old(option, n) where old.option ->> 'name' = name), 1000) as place
    from (select o.key as name, o.value, min(v.n) as seen from (select options, row_number() over (order by position, id) as n from variants where product_id = p.id) v, jsonb_each_text(v.options) o
      group by 1, 2) found group by name) options)
where p.id in (select product_id from twins);
drop table twins;
alter table "variants" add column "options_hash" text generated always as (hashtextextended(options::text, 0)::text) stored;
-- Deferrable, so that one statement may exchange the options of two variants.
alter table "variants" add constraint "variants_options_unique" unique ("product_id", "options_hash") deferrable initially immediate;

-- Categories are identified by name and parent, collections by name. Younger ones of the same name get a number, or their id where the
-- numbered name exists as well.
do $$
declare
  pass int := 0;
begin
  while exists (select 1 from categories group by parent_id, name having count(*) > 1) loop
    pass := pass + 1;
    update categories c set name = case when pass = 1 then left(c.name, 85) || ' (' || d.n || ')' else left(c.name, 60) || ' (' || c.id || ')' end from (
      select id, row_number() over (partition by parent_id, name order by created_at, id) as n from categories) d where d.id = c.id and d.n > 1;
  end loop;
  pass := 0;
  while exists (select 1 from collections group by name having count(*) > 1) loop
    pass := pass + 1;
    update collections c set name = case when pass = 1 then left(c.name, 85) || ' (' || d.n || ')' else left(c.name, 60) || ' (' || c.id || ')' end, version = version + 1 from (
      select id, row_number() over (partition by name order by created_at, id) as n from collections) d where d.id = c.id and d.n > 1;
  end loop;
end $$;
create unique index categories_name_unique on categories (parent_id, name) nulls not distinct;
create unique index collections_name_unique on collections (name);

alter table "catalog_imports" add column "noted_count" int not null default 0;
`);
  }
}
