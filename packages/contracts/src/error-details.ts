/**
 * The facts for programs in `details` of an error, by code. A code has one shape, wherever it comes from; a code that is not listed has
 * no details. An error may come without them where nothing is known, such as a `FORBIDDEN` that names no scope.
 */
import { z } from 'zod';
import { checkoutProblemSchema } from './checkout.contract.ts';
import { cents, instant, orderNumber } from './common.ts';
import { currency } from './currency.ts';
import type { ErrorCode } from './errors.ts';
import { flashSaleStates } from './flash-sales.schemas.ts';
import { cartId, idOf, orderEditId, orderId, orderItemId, orderReturnId, pricingRuleId, storeCreditId, variantId } from './ids.ts';
import { importStatuses } from './imports.report.schemas.ts';
import { orderStatus } from './orders.schemas.ts';
import { discrepancyActions } from './payments.schemas.ts';
import { quoteChangeSchema, shippingOptionSchema, totalsSchema, unknownWeights } from './pricing.schemas.ts';
import { returnStatuses } from './returns.schemas.ts';
import { roleSchema, scopeSchema } from './scopes.ts';

const later = z.object({ retryAfterSeconds: z.number().describe('Pause before the same request is sent again') });
const ofOrder = z.object({ orderId, orderNumber });
const unpaidOrder = ofOrder.extend({
  expiresAt: instant.nullable().describe('Until when it can be paid another way; null when it no longer can'),
  orderToken: z.string().optional().describe('Of a flash sale, for a guest who sent no cart token: opens the order as `X-Cart-Token`'),
});
const orderState = z.object({ status: orderStatus.describe('Status of the order') });
const importState = z.object({ status: z.enum(importStatuses).describe('Status of the import') });
const returnState = z.object({
  /** Status of the return. */
  status: z.enum(returnStatuses).describe('Status of the return'),
});
const problems = z.array(checkoutProblemSchema);
const whole = (what: string) => z.int().describe(what);

export const errorDetails = {
  ACTION_NOT_AVAILABLE: z.object({ actions: z.array(z.enum(discrepancyActions)).describe('Actions that are available') }),
  ADDRESS_CHANGES_TAX: z.object({
    countryCode: z.string().describe('Country of the order, which must stay'),
    region: z.string().nullable().describe('Region of the order, which must stay'),
  }),
  BATCH_TOO_LARGE: z.object({ calls: whole('Calls in the batch') }),
  BUSY: later,
  CART_ALREADY_ORDERED: ofOrder,
  CART_MERGED: z.object({ cartId: cartId.nullable().describe("The account's cart, into which it was merged") }),
  CHARGE_IN_USE: z.object({ orderNumber: z.string().describe('Order that the charge pays or belongs to') }),
  CHECKOUT_BLOCKED: z.object({
    /** Why the cart cannot be checked out. */
    problems,
  }),
  CODE_TAKEN: z.object({
    /** The promo code that exists. */
    code: z.string(),
  }),
  CURRENCY_MISMATCH: z.object({
    requested: z.string().describe('Currency that was requested'),
    available: z.array(z.string()).describe('Currencies in which it can be had'),
    variantId: variantId
      .nullable()
      .describe('Variant without a price in the requested currency; null when a cart or the shop has another currency'),
  }),
  EMAIL_TAKEN: z.object({ role: roleSchema.describe('Role of the account with this address; only on the command line') }),
  FORBIDDEN: z.object({ scope: scopeSchema.describe('Scope that is missing') }),
  HOLD_LIMIT: z.object({
    /** What is limited: the units that one buyer holds, or the carts that hold units. */
    counts: z.enum(['units', 'carts']),
    limit: whole('Most that one buyer can hold'),
    requested: whole('What the buyer would hold'),
  }),
  IDEMPOTENCY_IN_PROGRESS: later,
  IMPORT_ENDED: importState,
  IMPORT_INCOMPLETE: z.object({ pieces: whole('Uploaded chunks of the file') }),
  IMPORT_RUNNING: importState,
  INSUFFICIENT_CREDIT: z.object({
    neededCents: cents.describe('Amount that it should pay, or that staff would take from it; 0 for any amount'),
    leftCents: cents.describe('Balance that is left'),
    currency,
    creditId: storeCreditId
      .nullable()
      .describe('Gift card or store credit that is too low; null for all of them together, or when the account has none'),
  }),
  INSUFFICIENT_STOCK: z.object({
    variantId,
    requested: whole('Units that were requested'),
    available: whole('Units that are available'),
    problems: problems.optional().describe('Of a checkout: every line with too few units'),
  }),
  INVALID_CSV: z.object({ columns: z.array(z.string()).describe('Columns that are missing, appear twice or have the same meaning') }),
  INVALID_MAPPING: z.object({
    fields: z
      .array(z.string())
      .describe('Fields of `mapping.columns` that lack a column, or whose column is not in the file or is used twice'),
    columns: z.array(z.string()).describe('Columns that are not in the file or are used twice'),
  }),
  INVALID_QUANTITY: z.object({ variantId, requested: whole('Units that were requested') }),
  INVALID_TRANSITION: z.object({
    /** Present status. */
    from: z.string(),
    /** Requested status. */
    to: z.string(),
  }),
  LIMIT_BELOW_USES: z.object({ usedCount: whole('Uses so far') }),
  LIMIT_REACHED: z.object({ limit: whole('The maximum number') }),
  LIST_CHANGED: z.object({ ids: z.array(idOf('record', 'the list')).describe('Present ids of the list, in their order') }),
  LOCATION_NOT_EMPTY: z.object({ variants: whole('Variants with units there') }),
  NOT_MIGRATED: z.object({ command: z.string().describe('Command that migrates the database') }),
  ORDER_EDIT_PENDING: z.object({ editId: orderEditId }),
  ORDER_NOT_CANCELLED: orderState,
  ORDER_NOT_EDITABLE: orderState,
  ORDER_NOT_PAYABLE: orderState,
  ORDER_NOT_RETURNABLE: orderState,
  OUT_OF_STOCK: z.object({
    /** Always 0. */
    available: z.literal(0),
  }),
  PAYMENT_DECLINED: unpaidOrder,
  PAYMENT_IN_PROGRESS: later,
  PRICE_CHANGED: z.object({
    totals: totalsSchema.nullable().describe('Totals of the cart now; null in a flash sale'),
    unitPriceCents: cents.nullable().describe('Price of a unit in the flash sale now; null for a cart'),
    problems: problems.describe('Lines with another price than the cart; empty when only the total has changed, and in a flash sale'),
  }),
  PRODUCT_RESERVED: z.object({ reserved: whole('Units that are held') }),
  PROMO_CODE_EXHAUSTED: z.object({
    /** The promo code. */
    code: z.string(),
  }),
  PURCHASE_LIMIT: z.object({
    limit: whole('Most units'),
    /** Whose limit is reached: of the customer or of the shipping address. */
    per: z.enum(['customer', 'address']),
    bought: whole('Units bought so far'),
    left: whole('Units that can still be bought'),
  }),
  QUANTITY_EXCEEDS_ORDER: z.object({ orderItemId, requested: whole('Units that were requested'), left: whole('Units that are left') }),
  QUOTE_CHANGED: z.object({
    /** Every difference from the quote. */
    changes: z.array(quoteChangeSchema),
    acceptChanges: z.string().describe('Send it as `acceptedChanges` to buy at these terms'),
    totals: totalsSchema.describe('Totals now'),
    expired: z.boolean().describe('Whether the quote has expired'),
  }),
  RATE_LIMITED: later,
  REFUND_EXCEEDS_CAPTURED: z.object({
    /** Amount that can still be refunded, in `currency`. */
    refundableCents: cents,
    /** Amount that was requested, in `currency`. */
    requestedCents: cents,
    currency,
  }),
  REGION_REQUIRED: z.object({
    countryCode: z.string().describe('Country whose tax or shipping depends on the region'),
    region: z.string().nullable().describe('Region as it was given; null for none'),
    regions: z
      .array(
        z.object({ code: z.string().describe('Code without the country, such as `CA`'), name: z.string().describe('Name in English') }),
      )
      .describe('Regions of the country to choose from'),
  }),
  RETURN_ALREADY_DECIDED: returnState,
  RETURN_IN_TRANSIT: z.object({ returnId: orderReturnId }),
  RETURN_NOT_IN_TRANSIT: returnState,
  RETURN_NOT_RECEIVABLE: returnState,
  RULES_OVERLAP: z.object({ ruleId: pricingRuleId, otherRuleId: pricingRuleId }),
  SALE_NOT_OPEN: z.object({
    /** When the sale opens. */
    startsAt: instant,
  }),
  SALE_PAUSED: later,
  SALE_STARTED: z.object({
    /** State of the sale. */
    state: z.enum(flashSaleStates),
  }),
  SERVICE_UNAVAILABLE: later,
  SHIPPING_UNAVAILABLE: z.object({
    options: z.array(shippingOptionSchema).describe('Methods that deliver to this address'),
    unknownWeights,
  }),
  STOCK_BELOW_RESERVED: z.object({
    free: whole('Units by which it can be lowered'),
    requested: whole('Units by which it should be lowered'),
  }),
  STOCK_NOT_TRACKED: z.object({ variantId }),
  STOCK_RESERVED: z.object({ variantId, reserved: whole('Units that unpaid orders, order edits, backorders and flash sales reserve') }),
  STOCK_TRACKING_CHANGED: z.object({ variantId, tracked: z.boolean().describe('Whether the stock of the variant is tracked now') }),
  TOO_MANY_DECLINES: unpaidOrder,
  UNITS_BACKORDERED: z.object({
    orderItemId,
    backordered: whole('Units of the line that are backordered'),
    left: whole('Units of the line that can be shipped now'),
  }),
  UNREADABLE_VALUE: z.object({
    /** Table of the damaged value. */
    record: z.string(),
    /** Field of the damaged value, such as `shippingAddress`. */
    field: z.string(),
    /** Id of the record. */
    id: z.string(),
  }),
  VERSION_MISMATCH: z.object({ version: z.union([z.int(), instant]).describe('Present version; of an order its `updatedAt`') }),
} as const satisfies Partial<Record<ErrorCode, z.ZodObject>>;

/** The `details` of an error with this code; `undefined` for a code without details. */
export type ErrorDetails<C extends ErrorCode> = C extends keyof typeof errorDetails ? z.infer<(typeof errorDetails)[C]> : undefined;
