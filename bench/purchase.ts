/** A purchase by the use-cases alone, without HTTP: for filling the shop and for looking at its statements. */
import { contract, type Product } from '@cartwright/contracts';
import { addCartItem, addCartItems, createCart } from '@cartwright/core/carts';
import { completeCheckout } from '@cartwright/core/checkout';
import { withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';

export const guest: Actor = { kind: 'guest', cartToken: null };
export const anAddress = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};

const firstVariant = (product: Product) => {
  const [variant] = product.variants;
  if (!variant) throw new Error(`${product.name} has no variant`);
  return variant.id;
};

/** Buys one of each. `begin` is told which step comes next. */
export const purchase = async (
  core: Core,
  products: readonly Product[],
  begin: (step: string) => void = () => undefined,
): Promise<void> => {
  begin('create-cart');
  const { cart, cartToken } = await createCart(core, guest, {});
  const buyer: Actor = { kind: 'guest', cartToken };
  const [first, ...others] = products.map((product) => ({ variantId: firstVariant(product), quantity: 1 }));
  begin('add-to-cart');
  if (first) await addCartItem(core, buyer, { cartId: cart.id, ...first });
  begin('add-items');
  if (others.length > 0) await addCartItems(core, buyer, { cartId: cart.id, items: others });
  begin('checkout');
  const wish = { cartId: cart.id, email: 'buyer@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' } };
  const input = contract.checkout.complete.input.parse(wish);
  const key = `bench-${cart.id.slice(0, 30)}`;
  await withIdempotency(core, { actor: buyer, endpoint: 'checkout.complete', key, input }, () =>
    completeCheckout(core, buyer, input, { idempotencyKey: key }),
  );
};
