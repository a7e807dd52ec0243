/** Which products an automatic collection contains, as a condition inside the pricing statement. */
import { sql } from 'kysely';

/**
 * True for a product whose search entry `e` matches the rule of the collection `c`. It reads the same entry as the product search, so that
 * a pricing rule applies to exactly the products that the collection lists, also while the collection is hidden.
 */
export const matchesCollection = sql<boolean>`
  (coalesce(c.rule->>'q', '') = '' or e.document @@ websearch_to_tsquery('public.shop_text', c.rule->>'q'))
  and (c.rule->>'category' is null or e.category_id in (
    with recursive below as (
      select id from categories where slug = c.rule->>'category'
      union select child.id from categories child join below on child.parent_id = below.id)
    select id from below))
  and (jsonb_array_length(coalesce(c.rule->'brands', '[]')) = 0 or c.rule->'brands' ? e.brand)
  and (jsonb_array_length(coalesce(c.rule->'tags', '[]')) = 0 or e.tags && array(select jsonb_array_elements_text(c.rule->'tags')))
  and not exists (
    select 1 from jsonb_array_elements_text(coalesce(c.rule->'options', '[]')) as option(choice)
    group by split_part(choice, ':', 1) having not e.options && array_agg(choice))
  and (c.rule->>'minPriceCents' is null or e.max_price_cents >= (c.rule->>'minPriceCents')::bigint)
  and (c.rule->>'maxPriceCents' is null or e.min_price_cents <= (c.rule->>'maxPriceCents')::bigint)
  and (c.rule->>'inStock' is null or e.in_stock = (c.rule->>'inStock')::boolean)`;
