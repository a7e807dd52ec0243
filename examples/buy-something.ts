/** Buys the first product in stock as a guest. `node buy-something.ts [shop address]`, or set SHOP_URL */
import { CartwrightError, createCartwright } from '@cartwright/sdk';
import { money } from './money.ts';

/** What a buyer can do about an error of the checkout. */
const adviceFor = ({ code, message, requestId }: CartwrightError): string => {
  if (code === 'INSUFFICIENT_STOCK' || code === 'OUT_OF_STOCK') return 'Sold out. Choose another product.';
  if (code === 'PRICE_CHANGED') return `The price changed: show the new total, and ask again. ${message}`;
  if (code === 'PAYMENT_DECLINED') return `The card was declined (${requestId}). Try another one.`;
  return message;
};

/** Returns the order number. */
export const buySomething = async (baseUrl: string): Promise<string> => {
  const shop = createCartwright({ baseUrl });
  const { items } = await shop.products.list({ inStock: true, pageSize: 1 });
  const product = await shop.products.get({ id: items[0]?.slug ?? '' });
  const variant = product.variants.find((v) => v.availability.inStock);
  if (!variant) throw new Error('No product is in stock');

  try {
    // Shipping and tax depend on the country; with it, the total of the cart is the amount that will be charged.
    const { cart } = await shop.carts.create({ currency: variant.currency, countryCode: 'GB' });
    const filled = await shop.carts.addItem({ cartId: cart.id, variantId: variant.id, quantity: 1 });
    console.log(`In the cart: ${product.name}, held until ${filled.items[0]?.reservedUntil}`);
    const order = await shop.checkout.complete({
      cartId: cart.id,
      email: 'ada@example.com',
      shippingAddress: {
        firstName: 'Ada',
        lastName: 'Byron',
        line1: '12 St James Square',
        city: 'London',
        postalCode: 'SW1Y 4JH',
        countryCode: 'GB',
      },
      payment: { token: 'tok_success' },
      expectedTotalCents: filled.totals.totalCents,
    });
    console.log(`Bought: ${order.orderNumber}, ${order.label}, ${money(order.totalCents, order.currency)}`);
    return order.orderNumber;
  } catch (error) {
    if (error instanceof CartwrightError) console.error(adviceFor(error));
    throw error;
  }
};

if (process.argv[1] === import.meta.filename) await buySomething(process.argv[2] ?? process.env['SHOP_URL'] ?? 'http://127.0.0.1:4000');
