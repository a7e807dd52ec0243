/** What the name of a column means by its words in English, German, French or Spanish, such as `Qty on hand` and `Artikelnummer`. */
import type { ImportField } from '@cartwright/contracts';

/** Words of one sense, without accents. Those of `ignored` say nothing: units, taxes, currencies, articles. */
const senses = {
  ignored:
    'of the in on per by for and de des du del d l la le les en el der die das und von pro zu hors y con sin ' +
    'unit each piece stk pcs kg g gr grams lb lbs oz incl inkl including excl exkl excluding ' +
    'vat tax taxes mwst ust tva ttc ht iva net netto brutto gross ' +
    'eur euro euros usd dollar gbp chf jpy cad aud sek nok dkk pln czk 13 rate internal interne interno reel real',
  item: 'item items article art artikel articulo product products prod produkt produit producto material part variant',
  number: 'no nr num number nummer numero code codigo ref reference referenz referencia sku bestell',
  name: 'name title titel titre titulo nom nombre designation bezeichnung denominacion libelle intitule',
  description: 'description desc descr beschreibung descriptif descripcion text texte texto',
  long: 'long longue larga lang full extended detailed html kurz court courte corta',
  published: 'published publish visible sichtbar aktiv veroffentlicht online actif publie activo publicado',
  price: 'price prices prix precio preis pvp vk',
  selling: 'retail sales selling list catalogue regular public consumer vente venta verkaufs',
  buying: 'cost costs purchase buying cout achat compra coste costo einkaufs einstands ek kosten',
  former: 'streich statt vorher bisher original was old compare at msrp rrp uvp former ancien anterior recommended',
  stock: 'stock stocks inventory hand onhand available disponible disponibles verfugbar bestand lager existencias soh',
  quantity: 'quantity qty qte quantite cantidad cant menge anzahl units pieces unidades unites stuck stuckzahl',
  barcode: 'barcode barcodes ean gtin upc isbn strichcode barres barras',
  brand: 'brand brands marke marque marca manufacturer hersteller fabricant fabricante maker',
  category: 'category categories kategorie categorie categoria group gruppe warengruppe famille familia family department rayon',
  weight: 'weight gewicht poids peso',
  image: 'image images picture photo photos bild bilder foto fotos imagen imagenes',
  address: 'url urls link src',
  tag: 'tag tags keywords schlagworte stichworte etiquetas',
  currency: 'currency wahrung devise moneda',
} as const satisfies Record<string, string>;
type Sense = keyof typeof senses;

const senseOf = new Map(
  (Object.keys(senses) as Sense[]).flatMap((sense) => senses[sense].split(' ').map((word) => [word, sense] as const)),
);
const longestWord = Math.max(...[...senseOf.keys()].map((word) => word.length));

/** The fields that are meant by words of exactly these senses, the most certain first. */
const meanings: readonly (readonly [senses: string, ...fields: ImportField[]])[] = [
  ['item number', 'sku'],
  ['number', 'sku'],
  ['item', 'sku', 'name'],
  ['item name', 'name'],
  ['name', 'name'],
  ['description', 'description'],
  ['item description', 'description'],
  ['selling description', 'description'],
  ['long description', 'description'],
  ['long item description', 'description'],
  ['selling price', 'price'],
  ['item price', 'price'],
  ['price', 'price'],
  ['buying price', 'cost'],
  ['buying', 'cost'],
  ['former', 'compareAtPrice'],
  ['former price', 'compareAtPrice'],
  ['former selling price', 'compareAtPrice'],
  ['stock quantity', 'stock'],
  ['stock', 'stock'],
  ['quantity', 'stock'],
  ['item stock', 'stock'],
  ['item barcode', 'barcode'],
  ['barcode number', 'barcode'],
  ['barcode', 'barcode'],
  ['brand name', 'brand'],
  ['brand', 'brand'],
  ['category name', 'category'],
  ['category item', 'category'],
  ['category', 'category'],
  ['item weight', 'weight'],
  ['weight', 'weight'],
  ['image', 'images'],
  ['image item', 'images'],
  ['image address', 'images'],
  ['image item address', 'images'],
  ['item tag', 'tags'],
  ['tag', 'tags'],
  ['currency number', 'currency'],
  ['currency', 'currency'],
  ['published', 'published'],
  ['published item', 'published'],
];
const keyOf = (found: Iterable<string>): string => [...new Set(found)].toSorted().join(' ');
const meaningsByKey = new Map(meanings.map(([found, ...fields], place): [string, Meaning] => [keyOf(found.split(' ')), { place, fields }]));

/** The senses of a word, or of the words that it is written together from, such as `artikelnummer`; null when a part is not known. */
const sensesOf = (word: string): Sense[] | null => {
  const own = senseOf.get(word);
  if (own) return [own];
  for (let length = Math.min(longestWord, word.length - 2); length > 1; length -= 1) {
    const first = senseOf.get(word.slice(0, length));
    const rest = first && sensesOf(word.slice(length));
    if (rest) return [first, ...rest];
  }
  return null;
};

/** The place of a meaning in the order of certainty, and its fields. */
export interface Meaning {
  readonly place: number;
  readonly fields: readonly ImportField[];
}

/** What a column of this name probably means; null when a word is not known. */
export const meaningOf = (name: string): Meaning | null => {
  const words = name
    .replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u);
  const found = words.filter((word) => word !== '').map(sensesOf);
  if (found.includes(null)) return null;
  return meaningsByKey.get(keyOf(found.flatMap((one) => one ?? []).filter((sense) => sense !== 'ignored'))) ?? null;
};
