/** Reads of shipping methods with their zones and bands, for staff. */
import { shippingMethodSchema, type ShippingMethod, type ShopContract } from '@cartwright/contracts';
import { ShippingBand, ShippingMethod as ShippingMethodEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { equalsIfGiven, notFound, requireScope, selectPage, storedRecord, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['shipping'];

const stored = storedRecord(ShippingMethodEntity, shippingMethodSchema.omit({ bands: true }));
const band = storedRecord(ShippingBand, shippingMethodSchema.shape.bands.element);

type ShippingMethodRow = Parameters<typeof stored.of>[0] & Pick<ShippingMethod, 'bands'>;

/** SQL: the bands of a shipping method `m`, as JSON. */
export const shippingBands = sql<ShippingMethod['bands']>`(
  select coalesce(json_agg(${band.json('b')} order by b.position), '[]') from shipping_bands b where b.method_id = m.id)`;

const shippingMethods = ({ db }: Pick<Reader, 'db'>) =>
  db.selectFrom('shipping_methods as m').select([...stored.fields, shippingBands.as('bands')]);

const toShippingMethod = (row: ShippingMethodRow): ShippingMethod => ({ ...stored.of(row), bands: row.bands });

/** A page of methods in the order in which buyers see them. */
export const listShippingMethods = (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { currency = null, active = null } = input;
  const methods = shippingMethods(core)
    .where((eb) => eb.and([equalsIfGiven(eb.ref('m.currency'), 'text', currency), equalsIfGiven(eb.ref('m.active'), 'boolean', active)]))
    .orderBy('m.position')
    .orderBy('m.id');
  return selectPage(methods, input, toShippingMethod);
};

/** One method. Throws `NOT_FOUND`. */
export const getShippingMethod = async (reader: Pick<Reader, 'db'>, id: string): Promise<ShippingMethod> => {
  const row = await shippingMethods(reader).where('m.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This shipping method', id);
  return toShippingMethod(row);
};
