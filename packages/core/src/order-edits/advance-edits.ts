import type { OrderEditId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, workOff, type Core } from '../kernel/index.ts';
import { lockOrder } from '../orders/index.ts';
import { cancelCharges } from '../payments/index.ts';
import { collectDifference } from './collect-difference.ts';
import { findOpenEdit } from './steps/edit.queries.ts';
import { endEdit } from './withdraw-edit.ts';

const most = 1_000;
/** Each question to a provider that does not answer takes its whole time limit. Edits not checked within this time are left to a later run, which uses another order. */
const sideBySide = { atOnce: 4, forMs: 10_000 };
/** How long an edit stays open after its time while a provider does not say whether it took the money. */
const silenceMinutes = 15;

/**
 * Advances edits that wait for their payment: those that were not paid in time lapse, after their charge was cancelled
 * at the provider; a charge that was not made because of a crash is made. The order is random, so that edits whose
 * provider does not answer do not delay the others. Returns how many lapsed and how many continued.
 */
export const advanceEdits = async (core: Core): Promise<{ lapsed: number; resumed: number }> => {
  const due = await sql<{ id: OrderEditId; orderId: OrderId; overdue: boolean }>`
    select id, order_id as "orderId", expires_at <= now() - make_interval(mins => ${silenceMinutes}) as overdue from order_edits
    where status = 'awaiting_payment' and expires_at <= now() order by random() limit ${most}`.execute(core.db);
  const lapsed = await workOff(core, due.rows, { what: 'the end of an edit', ...sideBySide }, async ({ id, orderId, overdue }) => {
    if (!(await cancelCharges(core, orderId)) && !overdue) return false;
    return transact(core, async (tx) => {
      const order = await lockOrder(tx, orderId);
      const edit = await findOpenEdit(tx, orderId);
      if (edit?.id !== id) return false;
      await endEdit(tx, order, edit, 'lapsed');
      return true;
    });
  });
  return { lapsed, resumed: await resume(core) };
};

/** Edits whose charge was intended a minute ago and never made, or was declined without a payment page for the buyer. */
const resume = async (core: Core): Promise<number> => {
  const { rows } = await sql<{ id: OrderEditId }>`
    select e.id from order_edits e where e.status = 'awaiting_payment' and e.expires_at > now() and e.created_at < now() - interval '1 minute'
      and (exists (select 1 from payments p where p.order_edit_id = e.id and p.gateway_phase = 'created')
        or not exists (select 1 from payments p where p.order_edit_id = e.id and (p.token = '' or p.status = 'pending')))
    order by random() limit ${most}`.execute(core.db);
  return workOff(core, rows, { what: 'the charge of an edit', ...sideBySide }, async ({ id }) => {
    await collectDifference(core, id);
    return true;
  });
};
