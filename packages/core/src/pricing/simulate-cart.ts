import type { Currency, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, nameCall, nameTypedCode, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { readVariantNames } from '../read-models/variant-names.ts';
import { assertGivenRegion } from './destination.ts';
import { priceVariants } from './price-goods.ts';
import { findUsablePromo } from './promo-code.queries.ts';
import { getShopTerms } from './shop-terms.queries.ts';
import { totalCart } from './total-cart.ts';

type C = ShopContract['pricing']['simulate'];

/**
 * What a cart would cost a given buyer at a given moment, with every rule that applied or did not apply, and why.
 * Changes nothing. Throws `NOT_FOUND`, `CURRENCY_MISMATCH`, `REGION_REQUIRED`, and `CODE_NOT_APPLICABLE` for a code that cannot be used
 * then.
 */
export const simulateCart = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'pricing:read');
  const at = input.at ? new Date(input.at) : null;
  const { region = null, shippingMethodId = null, customerGroup = null } = input;
  const terms = await getShopTerms(core, input.countryCode ?? null, input.currency ?? (await currencyOf(core, input.items[0])), {
    region,
    shippingMethodId,
  });
  assertGivenRegion(terms.unknownRegion);
  const { currency } = terms;
  const promo = input.code ? await findUsablePromo(core, input.code, currency, at) : null;
  if (input.code && !promo) throw unusableCode(input.code, currency, at);
  const buyer = { signedIn: input.signedIn || customerGroup !== null, customerGroup };
  const merged = [...Map.groupBy(input.items, (item) => item.variantId)].map(([variantId, items]) => ({
    variantId,
    quantity: items.reduce((n, item) => n + item.quantity, 0),
  }));
  const { lines, rules } = await priceVariants(core, { currency, buyer, codes: promo ? [promo.code] : [], at, idle: true }, merged);
  const moment = at?.getTime() ?? terms.at;
  const sums = totalCart({ ...terms, lines, promo, rules, buyer, at: moment });
  const names = await namesOf(core, merged);
  return {
    currency,
    at: new Date(moment).toISOString(),
    lines: lines.map((line, i) => {
      const { variantId, quantity, baseUnitPriceCents, unitPriceCents, appliedRules, unappliedRules } = line;
      const { lineTotalCents = 0, discountCents = 0, taxRatePpm = 0, taxCents = 0, offers = [] } = sums.lines[i] ?? {};
      return {
        variantId,
        ...(names.get(variantId) ?? { sku: '', productName: '' }),
        quantity,
        baseUnitPriceCents,
        unitPriceCents,
        lineTotalCents,
        discountCents,
        taxRatePpm,
        taxCents,
        appliedRules: [...appliedRules, ...offers],
        unappliedRules,
      };
    }),
    promotions: sums.promotions,
    unappliedRules: sums.unappliedRules,
    taxes: sums.taxes,
    shippingOptions: sums.shippingOptions,
    shippingMethodId: sums.shipping?.methodId ?? null,
    shippingUnavailable: sums.shippingUnavailable,
    unknownWeights: sums.unknownWeights,
    totals: sums.totals,
  };
};

/** The currency of a variant; null when there is no such variant. */
const currencyOf = async (core: Core, line: { readonly variantId: string } | undefined): Promise<Currency | null> => {
  const [variant] = await readVariantNames(core, line ? [line.variantId] : []);
  return variant?.currency ?? null;
};

const namesOf = async (core: Core, lines: readonly { readonly variantId: string }[]) => {
  const variants = await readVariantNames(
    core,
    lines.map((line) => line.variantId),
  );
  return new Map(variants.map(({ id, sku, productName }) => [id, { sku, productName }]));
};

const unusableCode = (typed: string, currency: Currency, at: Date | null): DomainError =>
  new DomainError(
    'CODE_NOT_APPLICABLE',
    `The promo code ${nameTypedCode(typed)} cannot be used in ${currency} ${at ? `at ${at.toISOString()}` : 'now'}. ` +
      `Compare its period, uses and currency in ${nameCall('promoCodes.list')}, or simulate the cart without a code.`,
  );
