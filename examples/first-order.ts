import { createCartwright } from '@cartwright/sdk';

const shop = createCartwright({ baseUrl: process.env['SHOP_URL'] ?? 'http://127.0.0.1:4000' });
const { items } = await shop.products.list({ inStock: true, pageSize: 1 });
const product = await shop.products.get({ id: items[0]?.slug ?? 'nothing' });
const variant = product.variants.find(({ availability }) => availability.inStock);
if (!variant) throw new Error('Sold out');

const { cart } = await shop.carts.create({ currency: variant.currency, countryCode: 'GB' });
const filled = await shop.carts.addItem({ cartId: cart.id, variantId: variant.id, quantity: 1 });
console.log('held until', filled.items[0]?.reservedUntil);

const order = await shop.checkout.complete({
  cartId: cart.id,
  email: 'ada@example.com',
  shippingAddress: { firstName: 'Ada', lastName: 'Byron', line1: '1 Sea Road', city: 'Rye', postalCode: 'TN31 7XY', countryCode: 'GB' },
  payment: { token: 'tok_success' },
  expectedTotalCents: filled.totals.totalCents,
});
console.log(order.orderNumber, order.label); // ORD-20261121-7HQF Paid
