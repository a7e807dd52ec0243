export { createPricingRules, deletePricingRule, listPricingRules } from './manage-pricing-rules.ts';
export { priceLine, type LinePrice, type PriceContext, type RuleForPricing } from './price-line.ts';
export { findRulesFor, findUsablePromo, getStoreTerms, type PromoTerms, type StoreTerms } from './pricing.queries.ts';
export { redeemPromo, releasePromo } from './promo-redemptions.ts';
export { quotePrice } from './quote-price.ts';
export { portionOf, prorate } from './rounding.ts';
export { totalCart, type LineTotals, type TotalInput } from './total-cart.ts';
