import { transact, workOff, type Core } from '../kernel/index.ts';
import { lockOrder } from '../orders/index.ts';
import { cancelCharges } from '../payments/index.ts';
import { findStoppedEdits } from '../read-models/edit-payment.ts';
import { collectDifference } from './collect-difference.ts';
import { findDueEdits, findOpenEdit } from './steps/edit.queries.ts';
import { endEdit } from './withdraw-edit.ts';

const most = 1_000;
/**
 * Each question to a provider that does not answer takes its whole time limit. Edits not checked within this time are left
 * to a later run, which uses another order.
 */
const sideBySide = { atOnce: 4, forMs: 10_000 };
/** How long an edit stays open after its time while a provider does not say whether it took the money. */
const silenceMinutes = 15;

/**
 * Advances edits that wait for their payment: those that were not paid in time lapse, after their charge was cancelled
 * at the provider; a charge that was not made because of a crash is made. The order is random, so that edits whose
 * provider does not answer do not delay the others. Returns how many lapsed and how many continued.
 */
export const advanceEdits = async (core: Core): Promise<{ lapsed: number; resumed: number }> => {
  const due = await findDueEdits(core, silenceMinutes, most);
  const lapsed = await workOff(core, due, { what: 'the end of an edit', ...sideBySide }, async ({ id, orderId, overdue }) => {
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

/** Makes charges that were intended and never made, and opens the payment page of the buyer where a charge was declined. */
const resume = async (core: Core): Promise<number> => {
  const stopped = await findStoppedEdits(core, most);
  return workOff(core, stopped, { what: 'the charge of an edit', ...sideBySide }, async ({ id }) => {
    await collectDifference(core, id);
    return true;
  });
};
