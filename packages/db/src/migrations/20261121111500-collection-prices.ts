/** Pricing rules for collections: the statement that prices products also decides which of them a collection contains. */
import { Migration } from '@mikro-orm/migrations';

export class CollectionPrices extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "pricing_rules" add constraint "pricing_rules_collection_id_foreign" foreign key ("collection_id") references "collections" ("id") on delete cascade;
create function collection_holds(rule jsonb, entry search_entries) returns boolean language sql stable as $$
  select (coalesce(rule->>'q', '') = '' or entry.document @@ websearch_to_tsquery('public.shop_text', rule->>'q'))
    and (rule->>'category' is null or entry.category_id in (with recursive below as (
        select id from public.categories where slug = rule->>'category' union select c.id from public.categories c join below b on c.parent_id = b.id) select id from below))
    and (jsonb_array_length(coalesce(rule->'brands', '[]')) = 0 or rule->'brands' ? entry.brand)
    and (jsonb_array_length(coalesce(rule->'tags', '[]')) = 0 or entry.tags && array(select jsonb_array_elements_text(rule->'tags')))
    and not exists (select 1 from jsonb_array_elements_text(coalesce(rule->'options', '[]')) as wanted(choice)
      group by split_part(choice, ':', 1) having not entry.options && array_agg(choice))
    and (rule->>'minPriceCents' is null or entry.max_price_cents >= (rule->>'minPriceCents')::bigint)
    and (rule->>'maxPriceCents' is null or entry.min_price_cents <= (rule->>'maxPriceCents')::bigint)
    and (rule->>'inStock' is null or entry.in_stock = (rule->>'inStock')::boolean)
$$;
`);
  }
}
