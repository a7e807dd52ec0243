/** Variants are found by their option values and barcodes, Greek words whatever their last letter, and `at & t` finds AT&T alone. */
import { Migration } from '@mikro-orm/migrations';

export class SearchVariants extends Migration {
  override up(): void {
    this.addSql(String.raw`
-- A sigma at the end of a word is the same letter.
create or replace function search_text(typed text) returns text language sql stable parallel safe as $$
  select trim(both ' -' from regexp_replace(
    case when octet_length(typed) = length(typed) then regexp_replace(lower(typed), '[^a-z0-9\s]+', '-', 'g')
    else regexp_replace(regexp_replace(
      translate(lower(public.unaccent(normalize(translate(typed, U&'\00B4\00A8\00AF\00B8\2122\00AE\00A9\2120\00AD\200B\200C\200D\2060\FEFF', '----    '), NFKC))), 'ς', 'σ'),
      '[\u0001-\u0008\u000E-\u001F!-/:-@\[-\u0060{-\u009F\u00A1-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u02B9-\u02FF\u037E\u0387\u055A-\u055F\u0589\u058A\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0609-\u060D\u061B-\u061F\u066A-\u066D\u06D4\u0700-\u070D\u0964\u0965\u0970\u0DF4\u0E3F\u0E4F\u0E5A\u0E5B\u0F01-\u0F17\u0F34-\u0F3D\u0F85\u0FBE-\u0FDA\u104A-\u104F\u10FB\u1360-\u1368\u1400\u166D-\u166E\u16EB-\u16ED\u17D4-\u17D6\u17D8-\u17DB\u1800-\u180A\u2010-\u2027\u202A-\u205E\u2061-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20CF\u2190-\u2BFF\u2E00-\u2E7F\u3001-\u3004\u3008-\u3020\u3030\u303D-\u303F\u30A0\u30FB\uA4FE\uA4FF\uE000-\uF8FF\uFE00-\uFE6F\uFF00-\uFF0F\uFFF0-\uFFFF\U0001F000-\U0001FBFF]+', '-', 'g'),
      '([\u0E00-\u109F\u1100-\u11FF\u1780-\u17FF\u1950-\u1AAF\u1B00-\u1B7F\u1BC0-\u1BFF\u2E80-\u2FDF\u3005-\u3007\u3021-\u3029\u3031-\u312F\u3130-\u318F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uA980-\uA9FF\uAA00-\uAADF\uAC00-\uD7FF\uF900-\uFAFF\U00011700-\U0001174F\U00016FE0-\U00018DFF\U0001AFF0-\U0001B2FF\U00020000-\U0003FFFF]+)', ' ~\1 ', 'g') end,
    '-*\s[-\s]*', ' ', 'g'))
$$;

create or replace function search_query(typed text, ending text) returns tsquery language plpgsql stable parallel safe as $$
declare
  language text := search_language();
  said text[] := array[typed];
  chunks text[];
  chunk text;
  last text;
  required text[] := '{}';
  optional text[] := '{}';
  excluded text := '';
begin
  if typed ~ '"|(^|\s)-' then said := array(select m[1] from regexp_matches(typed, '(-?"[^"]*"|\S+)', 'g') m); end if;
  for s in 1..cardinality(said) loop
    chunks := string_to_array(search_text(said[s]), ' ');
    if cardinality(chunks) = 0 then continue; end if;
    if said[s] ~ '^-[^\s-]' then
      excluded := excluded || ' & !(' || (select string_agg(search_term(c, language, ''), ' <-> ' order by i) from unnest(chunks) with ordinality u(c, i)) || ')';
    elsif starts_with(said[s], '"') then
      required := required || ('(' || (select string_agg(search_term(c, language, ''), ' <-> ' order by i) from unnest(chunks) with ordinality u(c, i)) || ')');
    else
      last := case when s = cardinality(said) then chunks[cardinality(chunks)] end;
      foreach chunk in array chunks loop
        if chunk is not distinct from last and ending <> '' then required := required || search_term(chunk, language, ending);
        elsif strpos(chunk, '-') = 0 and not starts_with(chunk, '~') and search_stem(chunk, language) = '' then optional := optional || ('''' || chunk || '''');
        else required := required || search_term(chunk, language, '');
        end if;
      end loop;
    end if;
  end loop;
  -- One or two letters are no beginning to go by: at & t is AT&T, and nothing else that begins with a t.
  if cardinality(required) = 0 or ending <> '' and cardinality(required) = 1 and length(last) < 3 and not starts_with(last, '~') then
    required := required || optional;
    optional := '{}';
  end if;
  if cardinality(required) = 0 then return null; end if;
  foreach chunk in array optional loop required := required || ('(' || chunk || ' | !' || chunk || ')'); end loop;
  return (array_to_string(required, ' & ') || excluded)::tsquery;
end $$;

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
        coalesce(min(x.price_cents), 0) as cheapest, coalesce(max(x.price_cents), 0) as dearest, coalesce(bool_or(l.on_hand + l.backorder_limit > l.reserved), false) as in_stock
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

create or replace function search_after_variant_update() returns trigger language plpgsql as $$
begin
  perform refresh_search_entries(array(select distinct f.product_id from fresh f join stale s on s.id = f.id
    where (f.sku, f.barcode, f.options, f.price_cents) is distinct from (s.sku, s.barcode, s.options, s.price_cents)));
  return null;
end $$;

-- The worker rebuilds the entries while the shop runs; a run that is open begins anew.
update search_reindexes set cursor_id = null, processed_count = 0, fence = fence + 1, locked_until = now() where status <> 'finished';
insert into search_reindexes (id, product_count) select gen_random_uuid(), count(*) from products where deleted_at is null having count(*) > 0 on conflict do nothing;
`);
  }
}
