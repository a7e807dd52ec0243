import type { OrderEditId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, workOff, type Core } from '../kernel/index.ts';
import { findOpenEdit, lockOrder } from '../orders/index.ts';
import { cancelCharges } from '../payments/index.ts';
import { collectDifference } from './collect-difference.ts';
import { endEdit } from './withdraw-edit.ts';

const most = 1_000;
/** A silent provider costs its time limit a question. What is not asked in this time is asked in a later run, in another order. */
const sideBySide = { atOnce: 4, forMs: 10_000 };
/** How long an edit outlives its time while a provider does not say whether it took the money. */
const silenceMinutes = 15;

/**
 * What time does to edits that wait for their payment: those that were not paid in time lapse, their charge cancelled
 * at the provider before the units are; a charge that a crash has left unmade is made. The order is drawn anew each
 * time, so that edits whose provider is silent does not delay the others. Returns how many lapsed and went on.
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

/** Edits whose charge was intended a minute ago and never made, or refused without a page for the buyer. */
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
