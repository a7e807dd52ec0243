import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { offsetOf, requireScope, toPage, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['carts']['listActive'];
type Row = Omit<z.output<C['output']>['items'][number], 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

/** Active carts with lines, for staff and for the metrics of the shop. Contains no personal data: the owner is an id. */
export const listActiveCarts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'orders:read');
  const abandoned = input.abandoned ?? null;
  const { rows } = await sql<Row & { totalCount: number }>`
    with page as (
      select c.*, count(*) over () as total from carts c
      where c.status = 'active' and exists (select 1 from cart_items i where i.cart_id = c.id) and (${abandoned}::boolean is null or (c.abandoned_at is not null) = ${abandoned})
      order by c.updated_at desc, c.id desc limit ${input.pageSize} offset ${offsetOf(input)})
    select c.id, c.user_id as "userId", c.currency, i."lineCount", i."unitCount", i."subtotalCents", c.abandoned_at is not null as abandoned, c.created_at as "createdAt",
      c.updated_at as "updatedAt", c.total as "totalCount",
      coalesce((select sum(h.quantity) from holds h where h.cart_id = c.id and h.state = 'active' and h.expires_at > now()), 0)::int as "heldUnits"
    from page c join lateral (
      select count(*)::int as "lineCount", sum(quantity)::int as "unitCount", sum(quantity * unit_price_cents)::bigint as "subtotalCents" from cart_items where cart_id = c.id) i on true
    order by c.updated_at desc, c.id desc`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({ ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() })),
    rows[0]?.totalCount ?? 0,
  );
};
