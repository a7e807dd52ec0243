/** Joins the first open flash sale and buys one unit as a guest. `node enter-a-drop.ts [shop address]`, or set SHOP_URL */
import { CartwrightError, createCartwright } from '@cartwright/sdk';
import { money } from './money.ts';

const shippingAddress = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};

/** Returns the order number, or null if the sale sold out first. */
export const enterADrop = async (baseUrl: string, email: string): Promise<string | null> => {
  const shop = createCartwright({ baseUrl });
  const { items: sales } = await shop.flashSales.list({ state: 'open' });
  const sale = sales.find(({ items }) => items.some(({ soldOut }) => !soldOut));
  const item = sale?.items.find(({ soldOut }) => !soldOut);
  if (!sale || !item) throw new Error('No drop is open');
  try {
    const { ticket } = await shop.waitingRoom.enter(
      { saleId: sale.id, email },
      {
        onPlace: ({ state, ahead, estimatedSeconds }) =>
          console.log(state === 'waiting' ? `${ahead} ahead, about ${estimatedSeconds ?? '?'} s` : 'Your turn'),
      },
    );
    const bought = await shop.flashSales.buy({
      itemId: item.id,
      email,
      shippingAddress,
      payment: { token: 'tok_success' },
      expectedUnitPriceCents: item.salePriceCents,
      ticket,
    });
    console.log(`Bought: ${item.productName} for ${money(bought.totals.totalCents, bought.currency)}, order ${bought.orderNumber}`);
    return bought.orderNumber;
  } catch (error) {
    if (!(error instanceof CartwrightError) || error.code !== 'OUT_OF_STOCK') throw error;
    console.log('Sold out.');
    return null;
  }
};

if (process.argv[1] === import.meta.filename)
  await enterADrop(process.argv[2] ?? process.env['SHOP_URL'] ?? 'http://127.0.0.1:4000', 'ada@example.com');
