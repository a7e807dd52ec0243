/** Builders for tests of flash sales. */
import { contract, type Address, type FlashSale, type FlashSaleItem, type Product, type ShopContract } from '@cartwright/contracts';
import { buyFromSale, createFlashSale, getFlashSaleMetrics } from '@cartwright/core/flash-sales';
import { system, type Actor, type Core } from '@cartwright/core/kernel';
import { aKey, anAddress, aProduct, unique, variantOf } from './builders.ts';

/** How a sale differs from the usual one. */
export interface SaleFields {
  readonly units?: number;
  /** Stock of the product, including the allocated units; by default five more than these. */
  readonly stock?: number;
  /** Minutes from now. */
  readonly startsIn?: number;
  readonly endsIn?: number;
  readonly priceCents?: number;
  readonly regularPriceCents?: number;
  readonly limitPerCustomer?: number;
  readonly limitPerAddress?: number;
  readonly waitingRoom?: boolean;
}
const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();

/** A sale of one product, open for an hour, with more stock than units. */
export const aFlashSale = async (
  core: Core,
  fields: SaleFields = {},
): Promise<{ sale: FlashSale; item: FlashSaleItem; product: Product }> => {
  const units = fields.units ?? 10;
  const product = await aProduct(core, { stock: fields.stock ?? units + 5, priceCents: fields.regularPriceCents ?? 5_000 });
  const sale = await createFlashSale(
    core,
    system('test'),
    contract.flashSales.create.input.parse({
      name: `Drop ${unique()}`,
      startsAt: minutes(fields.startsIn ?? -5),
      endsAt: minutes(fields.endsIn ?? 60),
      waitingRoom: fields.waitingRoom ?? false,
      items: [
        {
          variantId: variantOf(product).id,
          units,
          salePriceCents: fields.priceCents ?? 3_000,
          ...(fields.limitPerCustomer && { limitPerCustomer: fields.limitPerCustomer }),
          ...(fields.limitPerAddress && { limitPerAddress: fields.limitPerAddress }),
        },
      ],
    }),
  );
  const [item] = sale.items;
  if (!item) throw new Error('The sale has no item');
  return { sale, item, product };
};

/** How a purchase differs from the usual one. */
export interface PurchaseFields {
  readonly email?: string;
  readonly quantity?: number;
  readonly token?: string;
  readonly provider?: 'sandbox' | 'stripe';
  readonly ticket?: string;
  readonly expectedUnitPriceCents?: number;
  /** Fields of another address in the usual country, or with a country a whole address. */
  readonly address?: Partial<Address>;
}

/** The input of a purchase by a new buyer; without a token the buyer pays later. */
export const aPurchaseInput = (
  item: Pick<FlashSaleItem, 'id'>,
  fields: PurchaseFields = {},
): ReturnType<ShopContract['flashSales']['buy']['input']['parse']> =>
  contract.flashSales.buy.input.parse({
    itemId: item.id,
    email: fields.email ?? `buyer-${unique()}@example.com`,
    shippingAddress: { ...(!fields.address?.countryCode && anAddress), line1: `${unique()} High Street`, ...fields.address },
    ...(fields.quantity && { quantity: fields.quantity }),
    ...(fields.token && { payment: { token: fields.token, ...(fields.provider && { provider: fields.provider }) } }),
    ...(fields.ticket && { ticket: fields.ticket }),
    ...(fields.expectedUnitPriceCents !== undefined && { expectedUnitPriceCents: fields.expectedUnitPriceCents }),
  });

/** Buys with a new key, by default as a guest. */
export const buyFromFlashSale = (
  core: Core,
  item: Pick<FlashSaleItem, 'id'>,
  fields: PurchaseFields = {},
  actor: Actor = { kind: 'guest', cartToken: null },
): ReturnType<typeof buyFromSale> => buyFromSale(core, actor, aPurchaseInput(item, fields), { idempotencyKey: aKey() });

/** The same builders for one shop. */
export const salesOf = ({ core }: { readonly core: Core }) => ({
  aSale: (fields?: SaleFields) => aFlashSale(core, fields),
  buy: (item: Pick<FlashSaleItem, 'id'>, fields?: PurchaseFields, actor?: Actor) => buyFromFlashSale(core, item, fields, actor),
  /** The metrics of the first item of a sale. */
  metricsOf: async (sale: Pick<FlashSale, 'id'>) => (await getFlashSaleMetrics(core, system('test'), { saleId: sale.id })).items[0],
});
