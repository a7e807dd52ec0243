/** Shipping methods with their zones and bands. */
import type { ShippingMethod, ShippingMethodId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  notFound,
  offsetOf,
  requireScope,
  toPage,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Reader,
  type Tx,
} from '../kernel/index.ts';
import { announcePricing, assertVersion } from './pricing.changes.ts';
import { lockShippingMethod } from './pricing.locks.ts';

type C = ShopContract['shipping'];
type Fields = z.output<C['create']['input']>;
type Row = Omit<ShippingMethod, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const columns = sql`m.id, m.name, m.currency, m.countries, m.regions, m.free_from_cents as "freeFromCents", m.position, m.active, m.version, m.created_at as "createdAt",
  m.updated_at as "updatedAt", coalesce((select json_agg(json_build_object('minWeightGrams', b.min_weight_grams, 'maxWeightGrams', b.max_weight_grams,
    'minSubtotalCents', b.min_subtotal_cents, 'maxSubtotalCents', b.max_subtotal_cents, 'priceCents', b.price_cents) order by b.position)
    from shipping_bands b where b.method_id = m.id), '[]') as bands`;
const toMethod = (row: Row): ShippingMethod => ({
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
  const { rows } = await sql<Row & { totalCount: number }>`
    select ${columns}, count(*) over ()::int as "totalCount" from shipping_methods m
    where (${currency}::text is null or m.currency = ${currency}) and (${active}::boolean is null or m.active = ${active})
    order by m.position, m.id limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toMethod(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** Adds a method. Throws `INVALID_PRICE` for invalid bands. */
export const createShippingMethod = (core: Core, actor: Actor, input: Fields): Promise<ShippingMethod> => {
  requireScope(actor, 'pricing:write');
  assertSensibleBands(input);
  return transactOnce(
    core,
    { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getMethod(tx, subject as ShippingMethodId) },
    async (tx) => {
      const id = tx.ids.next<ShippingMethodId>();
      await tx.db
        .insertInto('shipping_methods')
        .values({ id, ...toRow(input) })
        .execute();
      await writeBands(tx, id, input);
      announcePricing(tx, id);
      return getMethod(tx, id);
    },
  );
};

/** Replaces a method. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateShippingMethod = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<ShippingMethod> => {
  requireScope(actor, 'pricing:write');
  assertSensibleBands(input);
  return transact(core, async (tx) => {
    const { id, version } = input;
    const locked = await lockShippingMethod<{ version: number }>(tx, id, sql`version`);
    if (!locked) throw notFound('This shipping method');
    assertVersion('shipping method', locked, version);
    await tx.db
      .updateTable('shipping_methods')
      .set({ ...toRow(input), version: version + 1, updated_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    await writeBands(tx, id, input);
    announcePricing(tx, id);
    return getMethod(tx, id);
  });
};

/** Removes a method. Throws `NOT_FOUND`. */
export const removeShippingMethod = (core: Core, actor: Actor, { id }: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const deleted = await tx.db.deleteFrom('shipping_methods').where('id', '=', id).returning('id').executeTakeFirst();
    if (!deleted) throw notFound('This shipping method');
    announcePricing(tx, id);
    return { ok: true };
  });
};

const getMethod = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<ShippingMethod> => {
  const { rows } = await sql<Row>`select ${columns} from shipping_methods m where m.id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This shipping method');
  return toMethod(rows[0]);
};

const assertSensibleBands = ({ bands }: Fields): void => {
  const fields = bands.flatMap((band, i) => [
    ...(band.maxWeightGrams !== null && band.maxWeightGrams <= band.minWeightGrams
      ? [{ path: `bands.${i}.maxWeightGrams`, message: 'must be above minWeightGrams' }]
      : []),
    ...(band.maxSubtotalCents !== null && band.maxSubtotalCents <= band.minSubtotalCents
      ? [{ path: `bands.${i}.maxSubtotalCents`, message: 'must be above minSubtotalCents' }]
      : []),
  ]);
  bands.forEach((band, i) => {
    const before = bands.findIndex((other, n) => n < i && overlaps(band, other));
    if (before >= 0) fields.push({ path: `bands.${i}`, message: `overlaps with band ${before}` });
  });
  const [first] = fields;
  if (first) throw new DomainError('INVALID_PRICE', `These bands are invalid: ${first.path} ${first.message}.`, { fields });
};

type Band = Fields['bands'][number];
const overlaps = (a: Band, b: Band): boolean =>
  a.minWeightGrams < (b.maxWeightGrams ?? Infinity) &&
  b.minWeightGrams < (a.maxWeightGrams ?? Infinity) &&
  a.minSubtotalCents < (b.maxSubtotalCents ?? Infinity) &&
  b.minSubtotalCents < (a.maxSubtotalCents ?? Infinity);

const toRow = (fields: Fields) => ({
  name: fields.name,
  currency: fields.currency,
  countries: fields.countries,
  regions: fields.regions,
  free_from_cents: fields.freeFromCents,
  position: fields.position,
  active: fields.active,
});

const writeBands = async (tx: Tx, methodId: ShippingMethodId, { bands }: Fields): Promise<void> => {
  await tx.db.deleteFrom('shipping_bands').where('method_id', '=', methodId).execute();
  await tx.db
    .insertInto('shipping_bands')
    .values(
      bands.map((band, position) => ({
        method_id: methodId,
        position,
        min_weight_grams: band.minWeightGrams,
        max_weight_grams: band.maxWeightGrams,
        min_subtotal_cents: band.minSubtotalCents,
        max_subtotal_cents: band.maxSubtotalCents,
        price_cents: band.priceCents,
      })),
    )
    .execute();
};
