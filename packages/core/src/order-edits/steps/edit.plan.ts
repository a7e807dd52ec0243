/** What an edit makes of an order: planned before it takes effect, and stored while it waits for its payment. */
import type { Address, OrderItemId, ProductId, TaxAmount, Totals, VariantId } from '@cartwright/contracts';
import type { CodeUse } from '../../pricing/index.ts';

/** A line after the edit. */
export interface EditedLine {
  /** Null for a line that is new. */
  readonly orderItemId: OrderItemId | null;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly quantityBefore: number;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
  /** Missing in edits that were planned by an earlier version. */
  readonly taxRatePpm?: number | null;
  /** Whether its units are counted: as the line was sold, or as its variant is now for a new one. */
  readonly tracked: boolean;
}
/** The planned result of an order edit. */
export interface EditPlan {
  readonly lines: readonly EditedLine[];
  readonly totalsBefore: Totals;
  readonly totals: Totals;
  /** A negative amount is refunded, a positive one has to be paid. */
  readonly differenceCents: number;
  readonly shippingMethod: string | null;
  readonly shippingTaxCents: number;
  /** The tax by rate. */
  readonly taxes: readonly TaxAmount[];
  /** The reduction by the promo code afterwards; null for none, left out when it is unknown or the order has no code. */
  readonly codeUse?: CodeUse | null;
  /** The new address; null when the address stays. */
  readonly shippingAddress: Address | null;
}

/** The lines whose quantity the edit changes. */
export const changedLines = (plan: Pick<EditPlan, 'lines'>): EditedLine[] =>
  plan.lines.filter((line) => line.quantity !== line.quantityBefore);
