/**
 * How well the search finds what buyers mean: queries are made from the products of a small shop, and the right answer is the
 * product they were made from. The measured values are in docs/notes/search-relevance.md.
 */
import { contract, type ProductId } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { emptySearchQueue, searchProducts } from './index.ts';

const colours = ['Amber', 'Cobalt', 'Crimson', 'Ivory', 'Olive', 'Slate'];
const materials = ['Stoneware', 'Walnut', 'Linen', 'Copper', 'Porcelain', 'Bamboo', 'Leather', 'Granite'];
const kinds = ['Teapot', 'Lantern', 'Cushion', 'Kettle', 'Bookend', 'Planter', 'Backpack', 'Candlestick'];
/** Two colours of each kind in two materials: neighbours differ in one word. */
const wares = kinds.flatMap((kind, k) =>
  [0, 3].flatMap((m) =>
    [0, 2].map((c) => `${colours[(k + c) % colours.length] ?? ''} ${materials[(k + m) % materials.length] ?? ''} ${kind}`),
  ),
);
/** Each pair has the same words. The older one has the signs that are typed: the newer one would be first if they did not count. */
const withSigns = [
  'C++ Primer',
  'C# Primer',
  'C Primer',
  '.NET Handbook',
  'Net Handbook',
  'Node.js Manual',
  'Node JS Manual',
  'R&D Notebook',
  'R D Notebook',
  '50% Cocoa',
  '50 Cocoa',
];
const oddities = [
  'The Who',
  'The Who Shirt',
  'Plain Shirt',
  'It',
  'AT&T Handset',
  'Now & Then',
  'L’Oréal Elvive',
  'T–Dress',
  'Son Candle',
  'Trick or Treat Bowl',
];
/** Names in ten scripts; the part that is searched stands between bars. */
const inScripts: Readonly<Record<string, readonly string[]>> = {
  Chinese: ['青花|陶瓷|茶壶套装', '手工|竹编|收纳篮', '不锈钢|保温|杯大号', '儿童|积木|玩具箱'],
  Japanese: ['|東京|タワー模型', '南部|鉄瓶|急須セット', '北欧風|クッション|カバー', 'ひのきの|まな板|中サイズ'],
  Korean: ['전통|도자기|찻잔세트', '무선|청소기|거치대', '어린이|우산|노란색', '원목|책상|서랍장'],
  Thai: ['กาน้ำชา|เซรามิก|ลายคราม', 'หมอน|ผ้าไหม|ทอมือ', 'โคมไฟ|ไม้ไผ่|ตั้งโต๊ะ', 'กระเป๋า|หนังแท้|สีน้ำตาล'],
  Lao: ['ຜ້າໄໝ|ທໍມື|ສີແດງ', 'ກະຕ່າ|ໄມ້ໄຜ່|ນ້ອຍ', 'ໂຄມໄຟ|ຕັ້ງໂຕະ|ສີຂາວ', 'ຈອກ|ກາເຟ|ເຊລາມິກ'],
  Khmer: ['ក្រមា|សូត្រ|ខ្មែរ', 'កន្ត្រក|ឫស្សី|តូច', 'ចង្កៀង|លើតុ|ស', 'កាបូប|ស្បែក|ត្នោត'],
  Burmese: ['ပိုး|ထည်|လုံချည်', 'ဝါး|ခြင်း|အသေး', 'စားပွဲတင်|မီးအိမ်|အဖြူ', 'သားရေ|လွယ်အိတ်|အညို'],
  Tibetan: ['བོད་ཀྱི་|གདན་|ཆེན་པོ', 'ཤིང་|ཕོར་|ཆུང་བ', 'མེ་ཏོག་|ཇ་དམ|་དཀར་པོ', 'བལ་|ཞྭ་མོ|་སྔོན་པོ'],
  Cyrillic: ['Глиняный |чай|ник синий', 'Льняная |скат|ерть белая', 'Медный |подсве|чник', 'Кожаный |рюк|зак городской'],
  Arabic: ['إبريق |نحا|سي مزخرف', 'وسادة |كتا|نية بيضاء', 'مصباح |خشب|ي صغير', 'حقيبة |جلد|ية بنية'],
};

interface Ware {
  readonly name: string;
  readonly sku: string;
}
const skuOf = (name: string, i: number): string =>
  /^[A-Z]/.test(name) && /^[\w ]+$/.test(name)
    ? `${name
        .split(' ')
        .map((word) => word.slice(0, 3).toUpperCase())
        .join('-')}${100 + i}-X${i}`
    : `ODD-${1_000 + i}`;
const catalogue: readonly Ware[] = [...wares, ...withSigns, ...oddities, ...Object.values(inScripts).flat()].map((marked, i) => {
  const name = marked.replaceAll('|', '');
  return { name, sku: skuOf(name, i) };
});

/** A query and the name of the product that it was made from. */
type Query = readonly [q: string, name: string];
/** A word with two neighbouring letters exchanged, one left out or one doubled, by its place. */
const misspell = (word: string, i: number): string => {
  const at = 2 + (i % (word.length - 3));
  const [before, letter, next, after] = [word.slice(0, at), word.charAt(at), word.charAt(at + 1), word.slice(at + 2)];
  const mistakes = [`${before}${next}${letter}${after}`, `${before}${next}${after}`, `${before}${letter}${letter}${next}${after}`];
  return mistakes[i % 3] ?? word;
};
const longNames = wares.map((name, i) => ({ name, words: name.split(' '), sku: catalogue[i]?.sku ?? '' }));
const queries: Readonly<Record<string, readonly Query[]>> = {
  titles: catalogue.map(({ name }) => [name, name]),
  'titles in small letters, without accents and dashes': catalogue.map(({ name }) => [
    name.toLowerCase().replace('é', 'e').replace(/[–’&]/u, ''),
    name,
  ]),
  SKUs: catalogue.map(({ name, sku }) => [sku, name]),
  'parts of SKUs': longNames.flatMap(({ name, sku }): Query[] => [
    [sku.slice(0, sku.lastIndexOf('-')), name],
    [sku.toLowerCase().replaceAll('-', ''), name],
  ]),
  misspellings: longNames.map(({ name, words }, i) => [words.map((word, w) => (w === i % 3 ? misspell(word, i) : word)).join(' '), name]),
  'unfinished words': longNames.map(({ name, words: [colour = '', material = '', kind = ''] }) => [
    `${colour} ${material} ${kind.slice(0, -2)}`.toLowerCase(),
    name,
  ]),
  ...Object.fromEntries(
    Object.entries(inScripts).map(([script, names]): [string, Query[]] => [
      `parts in ${script}`,
      names.map((marked) => [(marked.split('|')[1] ?? '').replace(/^་|་$/gu, ''), marked.replaceAll('|', '')]),
    ]),
  ),
  'the known cases': [
    ['the who', 'The Who'],
    ['the who shirt', 'The Who Shirt'],
    ['it', 'It'],
    ['at&t', 'AT&T Handset'],
    ['now & then', 'Now & Then'],
    ["l'oréal", 'L’Oréal Elvive'],
    ['l’oréal', 'L’Oréal Elvive'],
    ['loreal', 'L’Oréal Elvive'],
    ['t-dress', 'T–Dress'],
    ['T—DRESS', 'T–Dress'],
    ['tdress', 'T–Dress'],
    ['trick or treat', 'Trick or Treat Bowl'],
  ],
  'names with signs': [
    ['c++', 'C++ Primer'],
    ['primer C++', 'C++ Primer'],
    ['c#', 'C# Primer'],
    ['.net', '.NET Handbook'],
    ['handbook .net', '.NET Handbook'],
    ['node.js', 'Node.js Manual'],
    ['r&d', 'R&D Notebook'],
    ['50%', '50% Cocoa'],
  ],
};

let shop: TestShop;
const ids = new Map<string, ProductId>();
beforeAll(async () => {
  shop = await createTestShop();
  for (const [i, { name, sku }] of catalogue.entries()) {
    const input = { name, slug: `p-${i}`, status: 'active', variants: [{ sku, priceCents: 1_000, stock: 5 }] };
    ids.set(name, (await createProduct(shop.core, system('test'), contract.products.create.input.parse(input))).id);
  }
  await emptySearchQueue(shop.core);
});
afterAll(() => shop.close());

const find = (q: string) =>
  searchProducts(shop.core, { kind: 'guest', cartToken: null }, contract.search.products.input.parse({ q, pageSize: 10 }));
/** The place of the right product among the first ten, from 1; 0 when it is not there. */
const placeOf = async ([q, name]: Query): Promise<number> => (await find(q)).items.findIndex(({ id }) => id === ids.get(name)) + 1;
const measure = async (asked: readonly Query[]) => {
  const places = await Promise.all(asked.map(placeOf));
  const mean = (values: readonly number[]): number => Math.round((100 * values.reduce((a, b) => a + b, 0)) / values.length) / 100;
  return { mrr: mean(places.map((place) => (place === 0 ? 0 : 1 / place))), recall: mean(places.map((place) => Math.min(place, 1))) };
};

/** The lowest mean reciprocal rank and recall of the first ten results. */
const bounds = (kind: string): { mrr: number; recall: number } =>
  kind === 'misspellings' ? { mrr: 0.85, recall: 0.9 } : kind === 'parts of SKUs' ? { mrr: 0.95, recall: 1 } : { mrr: 0.98, recall: 1 };

describe('the relevance of searches', () => {
  it.each(Object.entries(queries))('%s find the product they were made from', async (kind, asked) => {
    const { mrr, recall } = await measure(asked);
    if (process.env['SHOW_RELEVANCE']) console.log(`| ${kind} | ${asked.length} | ${mrr} | ${recall} |`);
    const least = bounds(kind);
    expect({ mrr: Math.max(mrr, least.mrr), recall: Math.max(recall, least.recall) }, kind).toEqual({ mrr, recall });
  });

  it('an unfinished word finds the words that begin with it, and is not corrected to another', async () => {
    const { items, correctedQuery } = await find('ston');
    expect(correctedQuery).toBeNull();
    expect(items.map(({ name }) => name).every((name) => name.includes('Stoneware'))).toBe(true);
    expect(items.length).toBeGreaterThan(0);
  });
});
