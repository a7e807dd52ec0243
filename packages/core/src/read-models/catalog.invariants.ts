/** The catalogue: unique names, options of variants, and the entries of search. */
import type { Invariant } from './invariant.ts';

/** The invariants of the catalogue. */
export const catalogInvariants: readonly Invariant[] = [
  {
    id: 'I70',
    title: 'A handle, a slug and a SKU each belong to at most one product that is not deleted, and a variant is deleted with its product',
    sql: `
      select 'handle' as of, min(handle) as name, count(*) as products from products
        where deleted_at is null group by handle having count(*) > 1
      union all select 'slug', min(slug), count(*) from products where deleted_at is null group by slug having count(*) > 1
      union all select 'SKU', min(v.sku), count(*) from variants v join products p on p.id = v.product_id
        where p.deleted_at is null group by v.sku having count(*) > 1
      union all select 'deletion', v.sku, 1 from variants v join products p on p.id = v.product_id
        where (v.deleted_at is null) <> (p.deleted_at is null)`,
  },
  {
    id: 'I71',
    title: 'No two variants of a product have the same option values, and a product lists exactly the option values of its variants',
    sql: `
      select product_id, options, count(*) as variants from variants
        group by product_id, options having count(*) > 1 or count(options_hash) = 0
      union all select v.product_id, v.options, 1 from variants v join products p on p.id = v.product_id, jsonb_each_text(v.options) o
        where not p.options @> jsonb_build_array(jsonb_build_object('name', o.key, 'values', jsonb_build_array(o.value)))`,
  },
  {
    id: 'I72',
    title: 'Product lists and search contain every active product and no other',
    sql: `
      select coalesce(p.id, e.product_id) as id, p.status
        from (
          select id, status from products p
            where status = 'active'
              and deleted_at is null
              and exists ( select 1 from variants v join stock_levels l on l.variant_id = v.id where v.product_id = p.id)
        ) p
        full join search_entries e on e.product_id = p.id
        where p.id is null or e.product_id is null`,
  },
];
