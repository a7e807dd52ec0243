/** Writes `order_log`. */
import type { OrderId, OrderLogKind } from '@cartwright/contracts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

/** Tx step: records an action on an order that is not a status change; returns the entry's id. */
export const logOrder = async (
  tx: Tx,
  orderId: OrderId,
  actor: Actor,
  entry: { readonly kind: OrderLogKind; readonly text: string; readonly customerVisible: boolean },
): Promise<string> => {
  const id = tx.ids.next();
  const { kind, text, customerVisible } = entry;
  await tx.db
    .insertInto('order_log')
    .values({
      id,
      orderId,
      kind,
      actor: actorName(actor),
      textSealed: tx.sealer.seal(['order_log', 'text_sealed', id], text),
      customerVisible,
    })
    .execute();
  return id;
};
