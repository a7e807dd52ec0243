/** Typed spaces stand for the dashes of a SKU, names of signs only are found by them, and categories are looked up by name. */
import { Migration } from '@mikro-orm/migrations';

export class SearchSpaces extends Migration {
  override up(): void {
    this.addSql(String.raw`
create index categories_by_name on categories (lower(name));

-- The word that stands for a text without letters and numbers, such as ☆; null for an empty one.
create function search_sign(typed text) returns text language sql immutable parallel safe as $$
  select '''' || replace(replace(
    nullif(left(regexp_replace(lower(normalize(typed, NFKC)), '\s+', '', 'g'), 100), ''), '\', '\\'), '''', '''''') || ''''
$$;

-- As before; a text of signs only is one word.
create or replace function search_field(field text, language text, codes boolean) returns tsvector
language plpgsql stable parallel safe as $$
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
  if cardinality(chunks) = 0 and not codes then return coalesce((search_sign(field) || ':1')::tsvector, ''); end if;
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

-- As before; several words also stand for one that has dashes between them (kt ins114 dre is KT-INS114-DRE), and signs for a
-- name of signs only.
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
  found text;
  joined text;
begin
  if typed ~ '"|(^|\s)-' then said := array(select m[1] from regexp_matches(typed, '(-?"[^"]*"|\S+)', 'g') m); end if;
  for s in 1..cardinality(said) loop
    chunks := string_to_array(search_text(said[s]), ' ');
    if cardinality(chunks) = 0 then continue; end if;
    if said[s] ~ '^-[^\s-]' then
      excluded := excluded || ' & !(' || (select string_agg(search_term(c, language, ''), ' <-> ' order by i)
        from unnest(chunks) with ordinality u(c, i)) || ')';
    elsif starts_with(said[s], '"') then
      required := required || ('(' || (select string_agg(search_term(c, language, ''), ' <-> ' order by i)
        from unnest(chunks) with ordinality u(c, i)) || ')');
    else
      last := case when s = cardinality(said) then chunks[cardinality(chunks)] end;
      foreach chunk in array chunks loop
        if chunk is not distinct from last and ending <> '' then required := required || search_term(chunk, language, ending);
        elsif strpos(chunk, '-') = 0 and not starts_with(chunk, '~') and search_stem(chunk, language) = '' then
          optional := optional || ('''' || chunk || '''');
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
  if cardinality(required) = 0 then return case when excluded = '' then (search_sign(typed) || ending)::tsquery end; end if;
  foreach chunk in array optional loop required := required || ('(' || chunk || ' | !' || chunk || ')'); end loop;
  found := array_to_string(required, ' & ');
  if typed !~ '"|(^|\s)-' and cardinality(chunks) between 2 and 8 then
    joined := translate(array_to_string(chunks, ''), '-', '');
    if length(joined) between 4 and 100 and strpos(joined, '~') = 0 then
      found := '(' || found || ' | ''' || joined || '''' || ending || ')';
    end if;
  end if;
  return (found || excluded)::tsquery;
end $$;

select refresh_search_entries(array(select id from products where deleted_at is null and name !~ '[[:alnum:]]'));
`);
  }
}
