import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { hasScope, readCountedPage, requireUser, type Actor, type Core } from '../kernel/index.ts';
import { listInvoiceRows } from '../read-models/invoices.ts';

type C = ShopContract['invoices'];

/** A page of invoices, newest first: all for staff; for customers their own, except those of deleted orders. */
export const listInvoices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  const owner = hasScope(actor, 'payments:read') ? null : requireUser(actor).userId;
  return readCountedPage(
    input,
    (page) => listInvoiceRows(core, owner, { ...input, ...page }),
    (row) => ({ ...row, issuedAt: row.issuedAt.toISOString() }),
  );
};
