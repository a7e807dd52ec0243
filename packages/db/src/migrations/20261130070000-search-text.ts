/** Words that shoppers type: one normalisation of products and queries, stems in the language of the store, entries of unpublished products for staff. */
import { Migration } from '@mikro-orm/migrations';

export class SearchText extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "store_settings" add column "search_language" text not null default 'english';
alter table "store_settings" add constraint "store_settings_search_language_check" check ("search_language" in ('simple', 'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian', 'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish'));
alter table "store_settings" add column "search_language_changes" int not null default 0;
alter table "search_reindexes" add column "language_changes" int not null default 0;
create table "search_hidden_entries" ("product_id" uuid not null, "document" tsvector not null, primary key ("product_id"));
alter table "search_hidden_entries" add constraint "search_hidden_entries_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete cascade;
create index search_hidden_entries_document on search_hidden_entries using gin (document) with (fastupdate = off);

create function search_language() returns text language sql stable parallel safe as $$
  select coalesce((select s.search_language from store_settings s where s.id = 1), 'english')
$$;

-- How often that language was changed: entries that were built before a change are rebuilt, even when the language is the same again.
create function search_language_changes() returns int language sql stable parallel safe as $$
  select coalesce((select s.search_language_changes from store_settings s where s.id = 1), 0)
$$;

-- The one normalisation, of products and of typed words: small letters without accents, words with a space between, the parts of a word with a
-- dash between, whatever sign stood there (L’Oréal is l-oreal), and runs of a script without spaces after a tilde.
create function search_text(typed text) returns text language sql stable parallel safe as $$
  select trim(both ' -' from regexp_replace(
    case when octet_length(typed) = length(typed) then regexp_replace(lower(typed), '[^a-z0-9\s]+', '-', 'g')
    else regexp_replace(regexp_replace(
      lower(public.unaccent(normalize(translate(typed, U&'\00B4\00A8\00AF\00B8\2122\00AE\00A9\2120\00AD\200B\200C\200D\2060\FEFF', '----    '), NFKC))),
      '[\u0001-\u0008\u000E-\u001F!-/:-@\[-\u0060{-\u009F\u00A1-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u02B9-\u02FF\u037E\u0387\u055A-\u055F\u0589\u058A\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0609-\u060D\u061B-\u061F\u066A-\u066D\u06D4\u0700-\u070D\u0964\u0965\u0970\u0DF4\u0E3F\u0E4F\u0E5A\u0E5B\u0F01-\u0F17\u0F34-\u0F3D\u0F85\u0FBE-\u0FDA\u104A-\u104F\u10FB\u1360-\u1368\u1400\u166D-\u166E\u16EB-\u16ED\u17D4-\u17D6\u17D8-\u17DB\u1800-\u180A\u2010-\u2027\u202A-\u205E\u2061-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20CF\u2190-\u2BFF\u2E00-\u2E7F\u3001-\u3004\u3008-\u3020\u3030\u303D-\u303F\u30A0\u30FB\uA4FE\uA4FF\uE000-\uF8FF\uFE00-\uFE6F\uFF00-\uFF0F\uFFF0-\uFFFF\U0001F000-\U0001FBFF]+', '-', 'g'),
      '([\u0E00-\u109F\u1100-\u11FF\u1780-\u17FF\u1950-\u1AAF\u1B00-\u1B7F\u1BC0-\u1BFF\u2E80-\u2FDF\u3005-\u3007\u3021-\u3029\u3031-\u312F\u3130-\u318F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uA980-\uA9FF\uAA00-\uAADF\uAC00-\uD7FF\uF900-\uFAFF\U00011700-\U0001174F\U00016FE0-\U00018DFF\U0001AFF0-\U0001B2FF\U00020000-\U0003FFFF]+)', ' ~\1 ', 'g') end,
    '-*\s[-\s]*', ' ', 'g'))
$$;

-- The stem of a word; empty for a stop word.
create function search_stem(word text, language text) returns text language sql stable parallel safe as $$
  select coalesce((ts_lexize((case when language = 'simple' then 'simple'
    when language in ('hindi', 'russian') and octet_length(word) = length(word) then 'english_stem' else language || '_stem' end)::regdictionary, word))[1], '')
$$;

-- The words of a name, of labels or of SKUs, with their places: as written, as a stem, and neighbouring parts written together. Of a SKU, parts that
-- are short or small numbers alone are left out. A script without spaces has every pair of neighbouring characters, and the last one.
-- A tsvector holds a megabyte, and a write must not fail: a field has a limit, of which each chunk has a share. The words and the whole chunk are
-- kept beyond the share, words written together are not.
create function search_field(field text, language text, codes boolean) returns tsvector language plpgsql stable parallel safe as $$
declare
  chunks text[] := string_to_array(search_text(field), ' ');
  chunk text;
  parts text[];
  atoms text[];
  word text;
  place int := 0;
  found text[] := '{}';
  most int := case when codes then 450000 else 100000 end;
  size int := 0; -- In bytes; five for each word and its place.
  share int;
begin
  foreach chunk in array chunks loop
    exit when size > most;
    share := size + most / cardinality(chunks);
    if starts_with(chunk, '~') then
      size := size + 13 * length(chunk);
      for i in 2..length(chunk) loop
        place := least(place + 1, 16000);
        found := found || ('''' || substr(chunk, i, 2) || ''':' || place);
      end loop;
      continue;
    end if;
    parts := string_to_array(left(chunk, 400), '-');
    word := array_to_string(parts, '');
    found := found || ('''' || word || ''':' || least(place + 1, 16000));
    size := size + octet_length(word) + 5;
    parts := parts[1:24];
    for i in 1..cardinality(parts) loop
      place := least(place + 1, 16000);
      for j in i..least(i + 7, cardinality(parts)) loop
        word := array_to_string(parts[i:j], '');
        exit when j > i and size > share;
        if not codes or length(word) > 3 or word ~ '\D' and length(word) > 2 then
          found := found || ('''' || word || ''':' || place);
          size := size + octet_length(word) + 5;
        end if;
      end loop;
      if not codes then
        word := search_stem(parts[i], language);
        if word <> '' and word <> parts[i] then
          found := found || ('''' || word || ''':' || place);
          size := size + octet_length(word) + 5;
        end if;
      end if;
      if parts[i] ~ '\d' and parts[i] ~ '\D' then
        atoms := string_to_array(regexp_replace(parts[i], '(\d)(?=\D)|(\D)(?=\d)', '\1\2-', 'g'), '-');
        for j in 2..least(cardinality(atoms), 8) loop
          word := array_to_string(atoms[j:] || parts[i + 1:i + 7], '');
          exit when size > share;
          if length(word) > 3 or word ~ '\D' and length(word) > 2 then
            found := found || ('''' || word || ''':' || place);
            size := size + octet_length(word) + 5;
          end if;
        end loop;
      end if;
    end loop;
  end loop;
  return array_to_string(found, ' ')::tsvector;
end $$;

-- The stems of a long text.
create function search_prose(prose text, language text) returns tsvector language sql stable parallel safe as $$
  select to_tsvector(('pg_catalog.' || language)::regconfig, coalesce(string_agg(
      case when strpos(c, '-') > 0 then replace(c, '-', ' ') || ' ' || replace(c, '-', '') else c end, ' ' order by o)
      filter (where not starts_with(c, '~')), ''))
    || coalesce(string_agg((select string_agg('''' || substr(c, i, 2) || ''':' || least(o * 16 + i, 16000), ' ') from generate_series(2, length(c)) i), ' ')
      filter (where starts_with(c, '~')), '')::tsvector
  from unnest(string_to_array(left(search_text(prose), 20000), ' ')) with ordinality chunk(c, o)
$$;

-- One typed word: as written, as a stem, or its parts one after the other. The ending is added to the word as written: :* finds words that begin so.
create function search_term(chunk text, language text, ending text) returns text language plpgsql stable parallel safe as $$
declare
  word text := replace(chunk, '-', '');
  term text;
begin
  if starts_with(chunk, '~') then
    return case length(chunk) when 2 then '''' || substr(chunk, 2) || ''':*'
      else (select string_agg('''' || substr(chunk, i, 2) || '''', ' & ') from generate_series(2, length(chunk) - 1) i) end;
  end if;
  term := concat_ws(' | ', '''' || word || '''' || case when length(word) > 1 or ending = ':*AB' then ending else '' end, '''' || nullif(nullif(search_stem(word, language), ''), word) || '''');
  if chunk ~ '-|\d\D|\D\d' then
    term := term || ' | ' || (
      select string_agg('(' || concat_ws(' | ', '''' || p || '''' || case when i = n then ending else '' end, '''' || nullif(nullif(search_stem(p, language), ''), p) || '''') || ')', ' <-> ' order by i)
      from (select p, i, count(*) over () as n
        from unnest(string_to_array(regexp_replace(chunk, '(\d)(?=[^\d-])|([^\d-])(?=\d)', '\1\2-', 'g'), '-')) with ordinality parts(p, i)) parts);
  end if;
  return '(' || term || ')';
end $$;

-- All typed words, without those after a minus, words in quotes one after the other. Stop words only rank when there are other words. The ending is for the
-- last word. Null when there is no word to find.
create function search_query(typed text, ending text) returns tsquery language plpgsql stable parallel safe as $$
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
  if cardinality(required) = 0 then
    required := optional;
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
        || setweight(search_field(concat_ws(' ', p.brand, array_to_string(p.tags, ' ')), store.language, false), 'B')
        || setweight(search_field(coalesce(v.skus, ''), store.language, true), 'B')
        || setweight(search_prose(left(coalesce(p.description, ''), 20000), store.language), 'C') as document
    from (select search_language() as language offset 0) store
    cross join products p
    join lateral (
      select string_agg(distinct x.sku, ' ') as skus, array_agg(distinct o.key || ':' || o.value) filter (where o.key is not null) as options,
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

-- The index products_name_alike stays: processes of the version before, which run until they are replaced, search names by it.

-- The worker rebuilds the entries while the shop runs; a run that is open begins anew.
update search_reindexes set cursor_id = null, processed_count = 0, fence = fence + 1, locked_until = now() where status <> 'finished';
insert into search_reindexes (id, product_count) select gen_random_uuid(), count(*) from products where deleted_at is null having count(*) > 0 on conflict do nothing;
`);
  }
}
