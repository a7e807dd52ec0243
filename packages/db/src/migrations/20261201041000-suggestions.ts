/**
 * Suggestions find brands and categories by the normalisation of products: `l'or` and `loreal` begin L’Oréal. Building the
 * index of brands takes less than a minute for a million products. Processes of the version before use search_entries_brand_name instead.
 */
import { Migration } from '@mikro-orm/migrations';

export class Suggestions extends Migration {
  override up(): void {
    this.addSql(String.raw`
-- What a label begins with: its letters and numbers without accents, signs and spaces; of a label of signs only, these. Indexes contain its
-- value, so the indexes of a changed function must be built again. It is in plpgsql, because a call then takes a fifth of the time.
create function search_key(label text) returns text language plpgsql immutable parallel safe as $$
begin
  return left(coalesce(nullif(translate(public.search_text(label), '- ~', ''), ''), regexp_replace(lower(normalize(label, NFKC)), '\s+', '', 'g')), 200);
end $$;

-- The words of a name as they are written, for an index: no stems, so the language of the shop does not change them.
create function search_name_words(name text) returns tsvector language sql immutable parallel safe set search_path = public as $$
  select search_field(name, 'simple', false)
$$;

create index search_entries_brand_key on search_entries (search_key(brand) collate "C");
create index categories_words on categories using gin (search_name_words(name)) with (fastupdate = off);
`);
  }
}
