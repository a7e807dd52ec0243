import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { assertStillPaid, getOrderRow, readOrder } from '../orders/index.ts';
import { assertUnsent, planEdit, toPreview } from './plan-edit.ts';

type C = ShopContract['orders']['previewEdit'];

/** Previews the result of an edit. Changes nothing. Throws `ORDER_NOT_EDITABLE` for an order that cannot be edited any more. */
export const previewOrderEdit = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'orders:manage');
  assertUnsent(await getOrderRow(core, input.orderId));
  await assertStillPaid(core, input.orderId);
  const { updatedAt } = await readOrder(core, input.orderId, actor);
  return toPreview(await planEdit(core, input.orderId, input), updatedAt);
};
