/** Pricing rules: what staff set, what is stored, and the part that buyers see. */
import { z } from 'zod';
import { createdAt, instant, instantInput, maxQuantity, nameText, price, share, storedText, text, updatedAt, version } from './common.ts';
import { currency } from './currency.ts';
import { categoryId, collectionId, pricingRuleId, productId, variantId } from './ids.ts';
import { audiences, pricingRuleEffects, promoCodeText } from './pricing.schemas.ts';

const ruleFields = {
  /** Name of the rule. Buyers see it where the rule applies. */
  name: nameText(120),
  /**
   * What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the
   * `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.
   */
  effect: z.enum(pricingRuleEffects),
  /** For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %. */
  percentBasisPoints: share.nullable().default(null),
  /** For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`. */
  amountCents: price.nullable().default(null),
  /**
   * Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in
   * every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.
   */
  currency: currency.nullable().default(null),
  /** For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced. */
  buyQuantity: z.int().min(1).max(1000).nullable().default(null),
  /** For `buy_x_get_y`: units that are reduced. */
  getQuantity: z.int().min(1).max(1000).nullable().default(null),
  /** For `low_stock_surcharge`: applies at this number of units or fewer. */
  stockThreshold: z.int().min(0).max(2_147_483_647).nullable().default(null),
  /** Scope: at most one of the four; all products if all are null. A category includes its subcategories. */
  variantId: variantId.nullable().default(null),
  productId: productId.nullable().default(null),
  categoryId: categoryId.nullable().default(null),
  /** Products that match the collection's rule at the time of pricing, even if the collection is not active. */
  collectionId: collectionId.nullable().default(null),
  /** Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope. */
  minQuantity: z.int().min(1).max(maxQuantity).default(1),
  /** For the `order_` effects and `free_shipping`: minimum value of the goods. */
  minSubtotalCents: price.nullable().default(null),
  /** Buyers for whom the rule applies: everybody, only guests, or only signed-in customers. */
  audience: z.enum(audiences).default('everyone'),
  /** Only for buyers in this group; null for everybody. */
  customerGroup: text(50).nullable().default(null),
  /** Applies only with this promo code on the cart. */
  code: promoCodeText.nullable().default(null),
  /** For offers and order promotions: excludes lines whose unit price was already changed. */
  fullPriceOnly: z.boolean().default(false),
  /** When the rule begins to apply; null for at once. */
  startsAt: instantInput.nullable().default(null),
  /** When the rule stops applying; null for never. */
  endsAt: instantInput.nullable().default(null),
  /** Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated. */
  priority: z.int().min(-1000).max(1000).default(0),
  /** Whether further rules can apply after this one. */
  stackable: z.boolean().default(false),
  /** Whether the rule applies within its period. */
  active: z.boolean().default(true),
};
export const pricingRuleSchema = z
  .object({
    id: pricingRuleId,
    ...ruleFields,
    name: storedText(120),
    customerGroup: storedText(50).nullable(),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    version,
    createdAt,
    updatedAt,
  })
  .meta({ id: 'PricingRule' });
export type PricingRule = z.infer<typeof pricingRuleSchema>;
/** A pricing rule with the name of what it applies to. */
export const pricingRuleItem = pricingRuleSchema
  .extend({
    /** What the rule applies to; null for all products. */
    target: z
      .object({
        /** Id of the variant, product, category or collection in scope. */
        id: z.string(),
        /** Its name; for a variant, the name of the product with the title of the variant. */
        name: z.string(),
        /** The product in scope, or the product of the variant; null for a category or collection. */
        productId: productId.nullable(),
        /** Slug of the product, category or collection. */
        slug: z.string(),
        /** Whether this product or variant is deleted: the rule no longer applies to anything. */
        deleted: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'PricingRuleItem' });
export type PricingRuleItem = z.infer<typeof pricingRuleItem>;
export const pricingRuleInput = z.strictObject(ruleFields);
/** Fields to change, without defaults, so that omitted fields do not change. */
export const pricingRuleChanges = Object.fromEntries(
  Object.entries(ruleFields).map(([name, field]) => [name, (field instanceof z.ZodDefault ? field.unwrap() : field).optional()]),
) as { [K in keyof typeof ruleFields]: z.ZodOptional<(typeof ruleFields)[K] extends z.ZodDefault<infer T> ? T : (typeof ruleFields)[K]> };

/** The fields of a promotion that buyers may see. */
export const promotionSchema = pricingRuleSchema
  .pick({
    id: true,
    name: true,
    effect: true,
    percentBasisPoints: true,
    amountCents: true,
    currency: true,
    buyQuantity: true,
    getQuantity: true,
    variantId: true,
    productId: true,
    categoryId: true,
    collectionId: true,
    minQuantity: true,
    minSubtotalCents: true,
    startsAt: true,
    endsAt: true,
  })
  .meta({ id: 'Promotion' });
