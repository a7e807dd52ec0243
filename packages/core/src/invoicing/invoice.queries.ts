import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { hasScope, requireUser, toPage, type Actor, type Core } from '../kernel/index.ts';
import { listInvoiceRows } from '../read-models/invoices.ts';

type C = ShopContract['invoices'];

/** A page of invoices, newest first: all for staff; for customers their own, except those of deleted orders. */
export const listInvoices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  const owner = hasScope(actor, 'payments:read') ? null : requireUser(actor).userId;
  const rows = await listInvoiceRows(core, owner, input);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({ ...row, issuedAt: row.issuedAt.toISOString() })),
    rows[0]?.totalCount ?? 0,
  );
};
