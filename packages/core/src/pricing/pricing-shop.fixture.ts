/** A shop for tests of prices, with builders that call the use-cases. */
import { contract, type Cart, type Product, type ShopContract } from '@cartwright/contracts';
import { aCheckout, anAddressIn, createTestShop, unique, type TestShop } from '@cartwright/testing';
import { expect } from 'vitest';
import type { z } from 'zod';
import { updateProduct } from '../catalog/index.ts';
import { system, type GuestActor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import {
  createPriceList,
  createPricingRules,
  createPromoCode,
  createShippingMethod,
  getShopSettings,
  saveTaxRate,
  simulateCart,
  updateShopSettings,
} from './index.ts';

type Input<D extends keyof ShopContract, P extends keyof ShopContract[D]> = ShopContract[D][P] extends { input: infer I extends z.ZodType }
  ? z.input<I>
  : never;
/** A rule as staff would enter it, without a name. */
export type RuleInput = Omit<Input<'pricing', 'createRules'>['rules'][number], 'name'> & { name?: string };

/** The actor of changes by staff. */
export const staff = system('test');
/** A visitor without a cart. */
export const nobody: GuestActor = { kind: 'guest', cartToken: null };

/** The input of a checkout to a country. */
export const sendTo = (cart: Pick<Cart, 'id'>, countryCode: string, region?: string) => ({
  ...aCheckout(cart),
  shippingAddress: anAddressIn(countryCode, region === undefined ? {} : { region }),
});

/** A shop with the builders. */
export type PricingShop = Awaited<ReturnType<typeof openPricingShop>>;

/** Opens the shop; `close` first checks every invariant of the shop. */
export const openPricingShop = async (changes: Parameters<typeof createTestShop>[0] = {}) => {
  const shop: TestShop = await createTestShop(changes);
  const { core } = shop;
  return {
    ...shop,
    aRule: async (fields: RuleInput) => {
      const input = contract.pricing.createRules.input.parse({ rules: [{ name: 'Rule', ...fields }] });
      const [rule] = (await createPricingRules(core, staff, input)).rules;
      if (!rule) throw new Error('No rule was made');
      return rule;
    },
    aCode: (fields: Partial<Input<'promoCodes', 'create'>> = {}) =>
      createPromoCode(core, staff, contract.promoCodes.create.input.parse({ code: `C-${unique()}`, percentBasisPoints: 1_000, ...fields })),
    aList: (fields: Input<'priceLists', 'create'>) => createPriceList(core, staff, contract.priceLists.create.input.parse(fields)),
    aMethod: (fields: Input<'shipping', 'create'>) => createShippingMethod(core, staff, contract.shipping.create.input.parse(fields)),
    aTax: (fields: Input<'tax', 'save'>) => saveTaxRate(core, staff, contract.tax.save.input.parse(fields)),
    set: async (terms: Omit<Input<'settings', 'update'>, 'version'>) => {
      const { version } = await getShopSettings(core, staff);
      return updateShopSettings(core, staff, contract.settings.update.input.parse({ ...terms, version }));
    },
    simulate: (fields: Input<'pricing', 'simulate'>) => simulateCart(core, staff, contract.pricing.simulate.input.parse(fields)),
    /** Changes the price of the first variant, as staff would. */
    reprice: async (product: Pick<Product, 'id' | 'variants'>, priceCents: number) => {
      const { version } = await core.db.selectFrom('products').select('version').where('id', '=', product.id).executeTakeFirstOrThrow();
      const [variant] = product.variants;
      if (!variant) throw new Error('A product has a variant');
      const input = { id: product.id, version, variants: [{ id: variant.id, priceCents }] };
      return updateProduct(core, staff, contract.products.update.input.parse(input));
    },
    close: async () => {
      const { results } = await checkInvariants(core, staff);
      expect(results.filter((r) => r.violations > 0)).toEqual([]);
      await shop.close();
    },
  };
};
