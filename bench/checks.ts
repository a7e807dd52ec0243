/** Checks of the shop's responses. Each throws `WrongAnswer`; `checks.test.ts` shows for each check that it fails for a wrong response. */

/** The shop gave a wrong response. A fast wrong response is a failure, so the row ends. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** Throws `WrongAnswer` unless the condition is true. Undefined, from a missing field, counts as false. */
export const must = (holds: boolean | undefined, what: string): void => {
  if (holds !== true) throw new WrongAnswer(`The benchmark found a wrong answer: ${what}`);
};
/** Throws `WrongAnswer` unless a value is the expected one. */
export const mustEqual = (actual: unknown, expected: unknown, what: string): void =>
  must(actual === expected, `${what} is ${JSON.stringify(actual)}, must be ${JSON.stringify(expected)}`);

/** The expected prices of a cart, calculated by the bench itself, never by the shop. */
export interface ExpectedCart {
  readonly lines: readonly { readonly variantId: string; readonly unitPriceCents: number }[];
  readonly shippingCents: number;
  /** Tax contained in the total, in basis points. */
  readonly taxBasisPoints: number;
}
export interface TotalsAnswer {
  readonly subtotalCents: number;
  readonly discountCents: number;
  readonly shippingCents: number;
  readonly taxCents: number;
  readonly totalCents: number;
}
export interface CartAnswer {
  readonly items: readonly {
    readonly variantId: string;
    readonly unitPriceCents: number;
    readonly quantity: number;
    readonly reservedUntil: string | null;
  }[];
  readonly totals: TotalsAnswer;
}

const checkTotals = (totals: TotalsAnswer, { lines, shippingCents, taxBasisPoints }: ExpectedCart): void => {
  const itemsCents = lines.reduce((sum, line) => sum + line.unitPriceCents, 0);
  mustEqual(totals.subtotalCents - totals.discountCents, itemsCents, 'the value of the items');
  mustEqual(totals.shippingCents, shippingCents, 'the cost of shipping');
  mustEqual(totals.totalCents, itemsCents + shippingCents, 'the total');
  const tax = (totals.totalCents * taxBasisPoints) / (10_000 + taxBasisPoints);
  // Tax is rounded per line and for shipping, or per document; the results differ by at most a cent for each line.
  must(Math.abs(totals.taxCents - tax) <= lines.length + 1, `the tax is ${totals.taxCents}, must be about ${tax.toFixed(0)}`);
};

/** Checks that a cart has these lines, one unit each, at these prices, each with a hold that has not expired. */
export const checkCart = (cart: CartAnswer, expected: ExpectedCart, now = Date.now()): void => {
  mustEqual(cart.items.length, expected.lines.length, 'the number of lines');
  for (const { variantId, unitPriceCents } of expected.lines) {
    const item = cart.items.find((line) => line.variantId === variantId);
    must(item !== undefined, `variant ${variantId} is not in the cart`);
    mustEqual(item?.quantity, 1, `the quantity of ${variantId}`);
    mustEqual(item?.unitPriceCents, unitPriceCents, `the unit price of ${variantId}`);
    // A line without a hold has no such field, so only a date in the future is accepted.
    must(Date.parse(item?.reservedUntil ?? '') > now, `the units of ${variantId} are held until ${item?.reservedUntil}`);
  }
  checkTotals(cart.totals, expected);
};

export interface OrderAnswer {
  readonly id: string;
  readonly status: string;
  readonly totals: TotalsAnswer;
  readonly items: readonly { readonly variantId: string; readonly quantity: number; readonly unitPriceCents: number }[];
}
/** Checks that an order is paid and has the lines and totals of the cart. */
export const checkOrder = (order: OrderAnswer, expected: ExpectedCart): void => {
  mustEqual(order.status, 'confirmed', 'the status of an order');
  mustEqual(order.items.length, expected.lines.length, 'the number of lines of an order');
  for (const { variantId, unitPriceCents } of expected.lines) {
    const item = order.items.find((line) => line.variantId === variantId);
    mustEqual(item?.unitPriceCents, unitPriceCents, `the unit price of ${variantId} in an order`);
    mustEqual(item?.quantity, 1, `the quantity of ${variantId} in an order`);
  }
  checkTotals(order.totals, expected);
};

/** A product that the bench has created. `shownCents` contains every price that may be shown for it. */
export interface KnownProduct {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly imageCount: number;
  readonly variants: readonly { readonly id: string; readonly sku: string }[];
  readonly shownCents: ReadonlySet<number>;
}
export interface ListAnswer {
  readonly items: readonly {
    readonly id: string;
    readonly name: string;
    readonly minPriceCents: number;
    readonly available: number;
    readonly imageUrl: string | null;
  }[];
  readonly totalCount: number;
}
/** Checks that a page is full and that each product on it is known and has an image, a correct price and stock. */
export const checkList = (page: ListAnswer, known: ReadonlyMap<string, KnownProduct>, pageSize: number, totalCount: number): void => {
  mustEqual(page.totalCount, totalCount, 'the count of products');
  mustEqual(page.items.length, pageSize, 'the number of products on a page');
  mustEqual(new Set(page.items.map((item) => item.id)).size, pageSize, 'the number of different products on a page');
  for (const item of page.items) checkListed(item, known);
};
const checkListed = (item: ListAnswer['items'][number], known: ReadonlyMap<string, KnownProduct>): void => {
  const product = known.get(item.id);
  mustEqual(item.name, product?.name, `the name of product ${item.id}`);
  must(product?.shownCents.has(item.minPriceCents), `${item.name} costs ${item.minPriceCents}`);
  must(item.available > 0, `${item.name} has ${item.available} units`);
  must(typeof item.imageUrl === 'string' && item.imageUrl.length > 0, `${item.name} has no image`);
};

export interface DetailAnswer {
  readonly id: string;
  readonly slug: string;
  readonly images: readonly unknown[];
  readonly variants: readonly { readonly id: string; readonly priceCents: number; readonly availability: { readonly available: number } }[];
}
/** Checks that a product page shows this product with all variants and images, each variant with a correct price and stock. */
export const checkDetail = (answer: DetailAnswer, product: KnownProduct): void => {
  mustEqual(answer.id, product.id, 'the id of a product');
  mustEqual(answer.slug, product.slug, 'the slug of a product');
  mustEqual(answer.images.length, product.imageCount, `the number of images of ${product.slug}`);
  mustEqual(answer.variants.length, product.variants.length, `the number of variants of ${product.slug}`);
  for (const { id } of product.variants) {
    const variant = answer.variants.find((v) => v.id === id);
    must(variant !== undefined && product.shownCents.has(variant.priceCents), `variant ${id} costs ${variant?.priceCents}`);
    must((variant?.availability.available ?? 0) > 0, `variant ${id} has ${variant?.availability.available} units`);
  }
};

export interface SearchAnswer {
  readonly items: readonly { readonly name: string; readonly available: number }[];
  readonly totalCount: number;
  readonly facets: { readonly availability: { readonly inStock: number } };
}
/** Checks that a search has matches, a full page and correct facets, and optionally that every product has all words in its name. */
export const checkSearch = (
  answer: SearchAnswer,
  words: string,
  pageSize: number,
  match: 'in the name' | 'anywhere' = 'in the name',
): void => {
  must(answer.totalCount > 0, `the search for "${words}" found nothing`);
  mustEqual(answer.items.length, Math.min(pageSize, answer.totalCount), `the number of products found for "${words}"`);
  for (const { name } of match === 'in the name' ? answer.items : [])
    must(
      words
        .toLowerCase()
        .split(' ')
        .every((word) => name.toLowerCase().includes(word)),
      `the search for "${words}" found ${name}`,
    );
  must(
    answer.facets.availability.inStock > 0 && answer.facets.availability.inStock <= answer.totalCount,
    'the facets count other products',
  );
};

/** Checks the number of responses of each status, and that there is no other status. */
export const checkStatuses = (statuses: ReadonlyMap<number, number>, expected: Readonly<Record<number, number>>, where: string): void => {
  const shown = JSON.stringify(Object.fromEntries([...statuses].toSorted(([a], [b]) => a - b)));
  mustEqual(shown, JSON.stringify(expected), `the statuses of ${where}`);
};
