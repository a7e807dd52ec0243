/** Refunds of the sandbox provider. */
import type { Currency } from '@cartwright/contracts';
import {
  GatewayUnavailable,
  type Ids,
  type ReadOnlyDb,
  type RefundOutcome,
  type RefundRequest,
  type WriteStatement,
} from '../../kernel/index.ts';
import { insertSandboxRefund } from './sandbox.store.ts';

interface SandboxRefunds {
  readonly db: ReadOnlyDb;
  readonly write: WriteStatement;
  readonly ids: Ids;
}

interface RefundRow {
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: 'pending' | 'processed' | 'failed';
}

const outcomeOf = ({ status, ...refund }: RefundRow): RefundOutcome => {
  if (status === 'failed') return { status, message: 'The bank did not accept the refund.' };
  return status === 'processed' ? { status, ...refund } : { status, reference: refund.reference };
};

const findRow = async ({ db }: Pick<SandboxRefunds, 'db'>, key: string): Promise<RefundRow | null> => {
  const row = await db
    .selectFrom('sandbox_refunds as r')
    .innerJoin('sandbox_charges as c', 'c.reference', 'r.chargeReference')
    .select(['r.reference', 'r.amountCents', 'c.currency', 'r.status'])
    .where('r.idempotencyKey', '=', key)
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirst();
  return row ?? null;
};

/** Refunds a part of a charge. For a key that was used before, returns the outcome of its refund. */
export const refundCharge = async ({ db, write, ids }: SandboxRefunds, request: RefundRequest): Promise<RefundOutcome> => {
  const { idempotencyKey, amountCents, currency } = request;
  const reference = await write((tx) => insertSandboxRefund(tx, `sbr_${ids.next()}`, request));
  if (reference) return { status: 'processed', reference, amountCents, currency };
  const before = await findRow({ db }, idempotencyKey);
  if (!before) return { status: 'failed', message: `The charge has less than that left to refund in ${currency}.` };
  if (before.amountCents !== amountCents || before.currency !== currency)
    throw new GatewayUnavailable('sandbox: this key was used for a refund over another amount');
  return outcomeOf(before);
};

/** The outcome of the refund of a key; null when the sandbox knows none. */
export const findRefund = async (sandbox: Pick<SandboxRefunds, 'db'>, key: string): Promise<RefundOutcome | null> => {
  const found = await findRow(sandbox, key);
  return found && outcomeOf(found);
};
