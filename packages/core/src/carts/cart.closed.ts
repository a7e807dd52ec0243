/** The refusals of carts that can no longer be changed: those that were ordered or merged. */
import type { CartId } from '@cartwright/contracts';
import { DomainError, nameCall, type Reader } from '../kernel/index.ts';
import { findOrdersOfCarts, type CartOrder } from '../read-models/cart-orders.ts';

interface SeenCart {
  readonly id: CartId;
  readonly status: 'active' | 'converted' | 'merged';
  readonly mergedInto: CartId | null;
}

/** The refusal of a cart that was ordered, with its order, unless that was deleted, and how to go on. */
const alreadyOrdered = ({ id, orderNumber, status, paid, paymentRuns, archivedAt }: CartOrder): DomainError => {
  if (archivedAt !== null)
    return new DomainError('CART_ALREADY_ORDERED', 'This cart has already been ordered. Create a new cart to order again.');
  const ordered = `This cart has already been ordered as ${orderNumber}`;
  const unpaid = paymentRuns
    ? `${ordered}, and its payment is in progress. Read ${nameCall('checkout.status')} in a few seconds.`
    : `${ordered}, which is not paid yet. Pay it with ${nameCall('checkout.retryPayment')}.`;
  return new DomainError('CART_ALREADY_ORDERED', status === 'pending' && !paid ? unpaid : `${ordered}. Create a new cart to order again.`, {
    details: { orderId: id, orderNumber },
  });
};

/** The refusal of a guest's cart whose lines are now in the cart of the account. */
const alreadyMerged = (cartId: CartId | null): DomainError =>
  new DomainError('CART_MERGED', "This cart was merged into the account's cart. Sign in and use that cart.", { details: { cartId } });

/** The refusal of each cart that can no longer be changed: `CART_ALREADY_ORDERED` or `CART_MERGED`. Without such a cart nothing is read. */
export const findRefusals = async (reader: Pick<Reader, 'db'>, carts: readonly SeenCart[]): Promise<Map<CartId, DomainError>> => {
  const closed = carts.filter(({ status }) => status !== 'active');
  if (closed.length === 0) return new Map();
  const orders = await findOrdersOfCarts(
    reader,
    closed.map(({ id }) => id),
  );
  return new Map(
    closed.map(({ id, mergedInto }) => {
      const order = orders.get(id);
      return [id, order ? alreadyOrdered(order) : alreadyMerged(mergedInto)];
    }),
  );
};

/** `findRefusals` for one cart; undefined for a cart that can be changed. */
export const findRefusal = async (reader: Pick<Reader, 'db'>, cart: SeenCart): Promise<DomainError | undefined> =>
  (await findRefusals(reader, [cart])).get(cart.id);

/** Throws `CART_ALREADY_ORDERED` or `CART_MERGED` for a cart that can no longer be changed. */
export const assertOpen = async (reader: Pick<Reader, 'db'>, cart: SeenCart): Promise<void> => {
  const refusal = await findRefusal(reader, cart);
  if (refusal) throw refusal;
};
