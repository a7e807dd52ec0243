import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { readCountedPage, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { readActiveCarts } from '../read-models/active-carts.ts';

type C = ShopContract['carts']['listActive'];

/** Active carts with lines, for staff and for the metrics of the shop. Contains no personal data: the owner is an id. */
export const listActiveCarts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'orders:read');
  return readCountedPage(
    input,
    (page) => readActiveCarts(core, { ...input, ...page, abandoned: input.abandoned ?? null }),
    (row) => ({ ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }),
  );
};
