/** Reads of shipping methods with their zones and bands, for staff. */
import { shippingMethodSchema, type ShippingMethod, type ShopContract } from '@cartwright/contracts';
import { ShippingBand, ShippingMethod as ShippingMethodEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, storedRecord, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['shipping'];

const stored = storedRecord(ShippingMethodEntity, shippingMethodSchema.omit({ bands: true }));
const band = storedRecord(ShippingBand, shippingMethodSchema.shape.bands.element);

type ShippingMethodRow = Parameters<typeof stored.of>[0] & Pick<ShippingMethod, 'bands'>;

/** SQL: the bands of a shipping method `m`, as JSON. */
export const shippingBands = sql`(select coalesce(json_agg(${band.json('b')} order by b.position), '[]') from shipping_bands b where b.method_id = m.id)`;

const shippingMethodColumns = sql`${stored.columns('m')}, ${shippingBands} as bands`;

const toShippingMethod = (row: ShippingMethodRow): ShippingMethod => ({ ...stored.of(row), bands: row.bands });

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
