/** A GTIN is found however it is written: with 8, 12, 13 or 14 digits, which differ in leading zeros only. */
import { Migration } from '@mikro-orm/migrations';

export class GtinSearch extends Migration {
  override up(): void {
    this.addSql(String.raw`
create or replace function search_term(chunk text, language text, ending text) returns text language plpgsql stable parallel safe as $$
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
  if word ~ '^(\d{8}|\d{12,14})$' then
    term := term || (
      select string_agg(' | ''' || right(padded, n) || '''', '' order by n)
      from (select lpad(word, 14, '0') as padded) g cross join unnest(array[8, 12, 13, 14]) n
      where left(padded, 14 - n) ~ '^0*$');
  end if;
  return '(' || term || ')';
end $$;
`);
  }
}
