/** Loads products with common and rare words by SQL, 20,000 at a time, with stock and ledger, for searches in large catalogues. */
/** The part of a database connection that is needed here. */
interface Client {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

const adjectives = (
  'quiet bold amber slate rustic polished woven braided tall narrow round square matte glazed hammered oiled soft heavy light ' + 'folding'
).split(' ');
const materials =
  'oak walnut ash birch brass steel copper linen wool cotton leather stone clay glass paper cork felt wicker bamboo marble'.split(' ');
const things = (
  'board spoon mug apron throw holder planter trowel stool sock tote print bowl lamp shelf basket clock frame vase tray hook ' +
  'bench rug jar kettle pan knife towel cushion mirror'
).split(' ');

/** Three of these make a word that few products have. */
const syllables =
  'ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro ta te ti to'.split(' ');
/** Two of these make a name in a script without spaces. */
const signs = '東京 木製 陶器 模型 箱根 漆器 中国 花瓶 目录 青磁 竹細 織物'.split(' ');

/** Returns two words that occur in product names, often or rarely. */
export const twoWords = (random: () => number): string => {
  const pick = (words: readonly string[]) => words[Math.floor(random() ** 2 * words.length)] ?? words[0];
  return `${pick(materials)} ${pick(things)}`;
};

/** SQL for an id of a text, with a UUID version and variant that the API accepts. */
const idOf = (text: string): string => `overlay(overlay(md5(${text}) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid`;

/** SQL that chooses a word of a list for the product `n`: the first words are common, the last are rare. */
const word = (list: readonly string[], salt: number): string =>
  `(array['${list.join("','")}'])[1 + floor(power(((hashint4(n + ${salt})::bigint & 65535) / 65536.0), 2) * ${list.length})::int]`;
/** SQL for the rest of a name: a tenth of all have a rare word, every fiftieth has a name without spaces. */
const rest = `case when n % 10 = 3 then ' ' || ${word(syllables, 6)} || ${word(syllables, 7)} || ${word(syllables, 8)} else '' end ||
  case when n % 50 = 7 then ' ' || ${word(signs, 9)} || ${word(signs, 10)} else '' end`;

/** Adds the products from one number to below another, with stock and ledger, and analyses the tables. */
export const seedCatalogue = async (client: Client, from: number, to: number, currency = 'EUR'): Promise<void> => {
  await client.query(
    `insert into categories (id, name, slug) select ${idOf("'category' || c")}, 'Catalogue ' || c, 'catalogue-' || c from ` +
      'generate_series(0, 39) c on conflict do nothing',
  );
  for (let first = from; first < to; first += 20_000) {
    const last = Math.min(first + 20_000, to) - 1;
    await client.query('begin');
    await client.query(
      `insert into products (id, slug, name, description, brand, category_id, tags, options, status, currency, created_at)
       select ${idOf("'product' || n")}, 'product-' || n,
          initcap(${word(adjectives, 1)} || ' ' || ${word(materials, 2)} || ' ' || ${word(things, 3)}) || ${rest} || ' ' || n,
         'A ' || ${word(things, 4)} || ' of ' || ${word(materials, 5)} || ', made by hand in small numbers and meant to last.',
          'Brand ' || (n % 200), ${idOf("'category' || (n % 40)")},
         array[${word(materials, 2)}, 'tag ' || (n % 50)], '[]', 'active', '${currency}', now() - make_interval(secs => n)
       from generate_series($1::int, $2::int) n`,
      [first, last],
    );
    await client.query(
      `insert into variants (id, product_id, sku, title, options, price_cents)
       select ${idOf("'variant' || n")}, ${idOf("'product' || n")}, 'SKU-' || n, '',
          jsonb_build_object('Size', (array['S','M','L'])[1 + n % 3]), 500 + (n * 37) % 50000 from generate_series($1::int, $2::int) n`,
      [first, last],
    );
    await client.query(
      `insert into stock_levels (variant_id, on_hand) select ${idOf("'variant' || n")}, n % 20 from generate_series($1::int, $2::int) n`,
      [first, last],
    );
    await client.query(
      `insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
       select ${idOf("'movement' || n")}, ${idOf("'variant' || n")}, (select id from stock_locations where is_default),
          'received', n % 20, 'bench', 'system:bench'
       from generate_series($1::int, $2::int) n where n % 20 > 0`,
      [first, last],
    );
    await client.query(
      `insert into location_levels (variant_id, location_id, on_hand)
       select ${idOf("'variant' || n")}, (select id from stock_locations where is_default), n % 20
        from generate_series($1::int, $2::int) n`,
      [first, last],
    );
    await client.query('commit');
  }
  // The worker would gather words for typo correction from all of them beside the measurement.
  await client.query('delete from search_queue');
  await client.query('vacuum analyze');
};
