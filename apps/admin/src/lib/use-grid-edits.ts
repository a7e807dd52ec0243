/** Edits price and stock of a product in the list: changes show at once, are reverted if the API rejects them, and can be undone. */
import type { ProductId, ProductSummary } from '@cartwright/contracts';
import { money } from './format.ts';
import { shop } from './shop.ts';
import { useUndoable } from './undo.tsx';

interface Page {
  readonly items: readonly ProductSummary[];
}
interface NewPrice {
  readonly id: ProductId;
  readonly priceCents: number;
}
interface NewStock {
  readonly id: ProductId;
  /** Difference to the shown value, so that a sale in between is not overwritten. */
  readonly delta: number;
}

const change = (page: Page, id: ProductId, edit: (product: ProductSummary) => Partial<ProductSummary>): Page => ({
  ...page,
  items: page.items.map((product) => (product.id === id ? { ...product, ...edit(product) } : product)),
});
const find = ({ items }: Page, id: ProductId): ProductSummary | undefined => items.find((product) => product.id === id);

/** Adds units to the only variant of a product, with a reason for the ledger. */
const addUnits = async ({ id, delta }: NewStock): Promise<void> => {
  const [variant] = (await shop.products.get({ id })).variants;
  if (!variant) throw new Error('This product has no variant');
  await shop.inventory.adjust({ variantId: variant.id, delta, reason: 'Corrected in the product list' });
};

/** `search`: the filters of the list, as in its query key. */
export const useGridEdits = (search: object, products: readonly ProductSummary[]) => {
  const queryKey = ['products', search];
  const stale = [['products'], ['inventory'], ['dashboard']];
  const nameOf = (id: ProductId): string => products.find((product) => product.id === id)?.name ?? '';
  const price = useUndoable<NewPrice, Page>({
    queryKey,
    run: (input) => shop.products.setPrice(input),
    show: (page, { id, priceCents }) => change(page, id, () => ({ minPriceCents: priceCents, maxPriceCents: priceCents })),
    back: ({ id, priceCents }, page) => ({ id, priceCents: find(page, id)?.minPriceCents ?? priceCents }),
    notice: ({ id, priceCents }) => {
      const product = find({ items: products }, id);
      return ['Price set', product ? `${product.name}: ${money(priceCents, product.currency)}` : ''];
    },
    stale,
  });
  const stock = useUndoable<NewStock, Page>({
    queryKey,
    run: addUnits,
    show: (page, { id, delta }) => change(page, id, ({ available }) => ({ available: available + delta })),
    back: ({ id, delta }) => ({ id, delta: -delta }),
    notice: ({ id, delta }) => ['Stock corrected', `${nameOf(id)}: ${delta > 0 ? '+' : '−'}${Math.abs(delta)}`],
    stale,
  });
  return {
    setPrice: price.change,
    addStock: stock.change,
  };
};
export type GridEdits = ReturnType<typeof useGridEdits>;
