/** Tx step: keeps what somebody did with an order beside its states. */
import type { OrderId, OrderLogKind } from '@cartwright/contracts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

export const logOrder = async (
  tx: Tx,
  orderId: OrderId,
  actor: Actor,
  entry: { readonly kind: OrderLogKind; readonly text: string; readonly customerVisible: boolean },
): Promise<void> => {
  const { kind, text, customerVisible } = entry;
  await tx.db
    .insertInto('order_log')
    .values({ id: tx.ids.next(), order_id: orderId, kind, actor: actorName(actor), text, customer_visible: customerVisible })
    .execute();
};
