/** Reads of shipping methods with their zones and bands, for staff. */
import type { ShippingMethod, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['shipping'];

type ShippingMethodRow = Omit<ShippingMethod, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const shippingMethodColumns = sql`m.id, m.name, m.currency, m.countries, m.regions, m.free_from_cents as "freeFromCents", m.position, m.active, m.version, m.created_at as "createdAt",
  m.updated_at as "updatedAt", coalesce((select json_agg(json_build_object('minWeightGrams', b.min_weight_grams, 'maxWeightGrams', b.max_weight_grams,
    'minSubtotalCents', b.min_subtotal_cents, 'maxSubtotalCents', b.max_subtotal_cents, 'priceCents', b.price_cents) order by b.position)
    from shipping_bands b where b.method_id = m.id), '[]') as bands`;

const toShippingMethod = (row: ShippingMethodRow): ShippingMethod => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A page of methods in the order in which buyers see them. */
export const listShippingMethods = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { currency = null, active = null } = input;
  const { rows } = await sql<ShippingMethodRow & { totalCount: number }>`
    select ${shippingMethodColumns}, count(*) over ()::int as "totalCount" from shipping_methods m
    where (${currency}::text is null or m.currency = ${currency}) and (${active}::boolean is null or m.active = ${active})
    order by m.position, m.id limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toShippingMethod(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** One method. Throws `NOT_FOUND`. */
export const getShippingMethod = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<ShippingMethod> => {
  const { rows } = await sql<ShippingMethodRow>`select ${shippingMethodColumns} from shipping_methods m where m.id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This shipping method');
  return toShippingMethod(rows[0]);
};
