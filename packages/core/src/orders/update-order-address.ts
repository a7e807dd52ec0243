import type { Address, Order, OrderId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { createFieldReader, DomainError, hasScope, transact, unreadableValue, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { checkAddress, findRegion } from '../places/index.ts';
import { readAddress } from './order.dto.ts';
import { assertNoOpenEdit } from './order.edits.ts';
import { lockOrder } from './order.locks.ts';
import type { OrderRow } from './order.row.ts';
import { logOrder } from './order-log.store.ts';
import { assertMaySee, ownsOrder, statusInWords } from './order.policy.ts';
import { readOrder } from './order.queries.ts';
import { setOrderAddress } from './order-change.store.ts';

/**
 * Changes the address of an order before anything has shipped, for its buyer or staff. Throws `ADDRESS_CHANGES_TAX` for
 * another country or region, because tax and shipping depend on them. The same address again changes nothing. Only
 * staff can replace an unreadable address (`UNREADABLE_VALUE`).
 */
export const updateOrderAddress = (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['orders']['updateAddress']['input']>,
): Promise<Order> =>
  transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId, actor);
    assertMaySee(order, actor);
    if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:manage'))
      throw new DomainError('FORBIDDEN', 'This account can view the order but cannot change it.', { details: { scope: 'orders:manage' } });
    assertNotLeft(order);
    const before = await findAddress(tx, order.id);
    if (before) assertSamePlace(before, input.shippingAddress);
    // Country and region of a damaged address are unknown: staff must check the tax themselves.
    else if (!hasScope(actor, 'orders:manage')) throw unreadableAddress(order.id);
    await assertNoOpenEdit(tx, order.id);
    // What is stored stays valid: an address from before formats were checked is no change.
    const same = JSON.stringify(before) === JSON.stringify(input.shippingAddress);
    const address = same ? input.shippingAddress : checkAddress(input.shippingAddress);
    if (JSON.stringify(before) !== JSON.stringify(address)) await writeAddress(tx, order, actor, address);
    return readOrder(tx, order.id, actor);
  });

const assertNotLeft = (order: OrderRow): void => {
  const { status, shippedCount } = order;
  if (!['pending', 'confirmed'].includes(status) || shippedCount > 0)
    throw new DomainError(
      'ORDER_NOT_EDITABLE',
      `The address can only be changed before anything has shipped. This order is ${statusInWords(order)}.`,
      {
        details: { status },
      },
    );
};

const regionOf = ({ countryCode, region }: Address): string | null => findRegion(countryCode, region);

const assertSamePlace = (before: Address, after: Address): void => {
  if (before.countryCode !== after.countryCode || regionOf(before) !== regionOf(after))
    throw new DomainError(
      'ADDRESS_CHANGES_TAX',
      'The country and region cannot be changed, because tax and shipping depend on them. Edit the order, or cancel it and order again.',
      {
        details: { countryCode: before.countryCode, region: regionOf(before) },
      },
    );
};

/** The stored address; null when it cannot be read. */
const findAddress = async (tx: Tx, id: OrderId): Promise<Address | null> => {
  const order = await tx.db.selectFrom('orders').select('shippingAddressSealed').where('id', '=', id).executeTakeFirst();
  return readAddress(createFieldReader(tx.sealer), id, order?.shippingAddressSealed ?? '');
};

const unreadableAddress = (id: OrderId): DomainError => unreadableValue(['orders', 'shipping_address_sealed', id]);

/** Tx step: throws `UNREADABLE_VALUE` for an order whose stored address is damaged. */
export const assertAddressReadable = async (tx: Tx, id: OrderId): Promise<void> => {
  if (!(await findAddress(tx, id))) throw unreadableAddress(id);
};

/** Tx step: changes the address of a locked order. */
export const writeAddress = async (tx: Tx, order: OrderRow, actor: Actor, address: Address): Promise<void> => {
  const sealed = tx.sealer.seal(['orders', 'shipping_address_sealed', order.id], JSON.stringify(address));
  await setOrderAddress(tx, order.id, sealed);
  // The log records the change, not the old address: addresses are stored sealed, in one place.
  await logOrder(tx, order.id, actor, { kind: 'address', text: '', customerVisible: true });
  tx.outbox.add('order.address_updated', order.id, { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId });
};
