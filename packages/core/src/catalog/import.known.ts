/** What the shop has of the products of a file, and what the file comes to beside it. */
import { toDecimal, type ErrorCode, type ProductId, type VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import type { CsvProduct, CsvVariant } from './shopify-csv.ts';

export interface KnownVariant {
  readonly id: VariantId;
  readonly sku: string;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly options: Record<string, string>;
  readonly onHand: number;
}
export interface KnownProduct {
  readonly id: ProductId;
  readonly slug: string;
  readonly currency: string;
  readonly variants: KnownVariant[];
  readonly images: { readonly url: string; readonly altText: string }[];
}

/** Tx step: locks the products that the shop has by their handles. */
export const lockKnown = async (tx: Tx, products: readonly CsvProduct[]): Promise<Map<string, KnownProduct>> => {
  const { rows } = await sql<KnownProduct>`
    select p.id, p.slug, p.currency,
      coalesce((select json_agg(json_build_object('id', v.id, 'sku', v.sku, 'priceCents', v.price_cents, 'compareAtPriceCents', v.compare_at_price_cents,
        'weightGrams', v.weight_grams, 'options', v.options, 'onHand', l.on_hand) order by v.position, v.id)
        from variants v join stock_levels l on l.variant_id = v.id where v.product_id = p.id), '[]') as variants,
      coalesce((select json_agg(json_build_object('url', g.url, 'altText', g.alt_text) order by g.position) from product_images g where g.product_id = p.id), '[]') as images
    from products p where p.slug = any(${products.map((p) => p.handle)}::text[]) and p.deleted_at is null order by p.id for no key update of p`.execute(
    tx.db,
  );
  return new Map(rows.map((row) => [row.slug, row]));
};

/** A variant whose every value is settled. */
export type WholeVariant = { readonly [K in keyof CsvVariant]: Exclude<CsvVariant[K], undefined> };
export type WholeProduct = Omit<CsvProduct, 'variants'> & { readonly variants: readonly WholeVariant[] };

export const sameOptions = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** The variant that a row means: the one of its SKU; where the file names none, the one of the same options, or the only one. */
const findMeant = ({ sku, isSkuMadeUp, options }: CsvVariant, { variants }: KnownProduct): KnownVariant | undefined =>
  variants.find((known) => known.sku === sku) ??
  (isSkuMadeUp
    ? options
      ? variants.find((known) => sameOptions(known.options, options))
      : variants.length === 1
        ? variants[0]
        : undefined
    : undefined);

/** Fills in what the file has no columns for: as the shop has it, or as a new product begins. */
export const toWhole = (product: CsvProduct, known: KnownProduct | null): WholeProduct => ({
  ...product,
  variants: product.variants.map((variant): WholeVariant => {
    const { sku, options, compareAtPriceCents, weightGrams, stock } = variant;
    const before = known ? findMeant(variant, known) : undefined;
    return {
      ...variant,
      sku: before?.sku ?? sku,
      options: options ?? before?.options ?? {},
      compareAtPriceCents: compareAtPriceCents === undefined ? (before?.compareAtPriceCents ?? null) : compareAtPriceCents,
      weightGrams: weightGrams === undefined ? (before?.weightGrams ?? null) : weightGrams,
      stock: stock ?? before?.onHand ?? 0,
    };
  }),
});

/** Why a product cannot be written over what the shop has of it; null when it can. */
export const refuseOver = (product: WholeProduct, known: KnownProduct | null): { message: string; code: ErrorCode } | null => {
  const { currency } = product;
  if (known && known.currency !== currency)
    return {
      message: `The shop sells this product in ${known.currency}, and the file has prices in ${currency}.`,
      code: 'CURRENCY_MISMATCH',
    };
  const twice = product.variants.find(({ sku }, i) => product.variants.findIndex((other) => other.sku === sku) !== i);
  if (twice) return { message: `Two rows mean the variant ${twice.sku}.`, code: 'SKU_TAKEN' };
  const odd = product.variants.find((v) => v.compareAtPriceCents !== null && v.compareAtPriceCents < v.priceCents);
  if (!odd) return null;
  const struck = toDecimal(odd.compareAtPriceCents ?? 0, currency);
  return { message: `The shop strikes out ${struck} at ${odd.sku}, which is below the price of the file.`, code: 'INVALID_PRICE' };
};
