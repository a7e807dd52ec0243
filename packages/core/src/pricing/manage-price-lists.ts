/** Price lists and their prices. Every changed price is recorded in the history. */
import { instantInput, type FieldIssue, type PriceList, type PriceListId, type ShopContract, type VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  actorName,
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
import { announcePricing, assertVersion, endsTooEarly, windowColumns } from './pricing.changes.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];
type Row = Omit<PriceList, 'startsAt' | 'endsAt' | 'createdAt' | 'updatedAt'> & {
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};
const columns = sql`l.id, l.name, l.currency, l.customer_group as "customerGroup", l.priority, l.starts_at as "startsAt", l.ends_at as "endsAt", l.active, l.version,
  l.created_at as "createdAt", l.updated_at as "updatedAt", (select count(*)::int from price_list_prices p where p.price_list_id = l.id) as "priceCount"`;
const toPriceList = (row: Row): PriceList => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A page of lists, newest first. */
export const listPriceLists = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { currency = null } = input;
  const { rows } = await sql<Row & { totalCount: number }>`
    select ${columns}, count(*) over ()::int as "totalCount" from price_lists l where (${currency}::text is null or l.currency = ${currency})
    order by l.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPriceList(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** Adds a price list. Throws `INVALID_PRICE` for a window that ends before it begins. */
export const createPriceList = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  assertWindow(input);
  return transactOnce(
    core,
    { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getList(tx, subject as PriceListId) },
    async (tx) => {
      const id = tx.ids.next<PriceListId>();
      await tx.db
        .insertInto('price_lists')
        .values({ id, currency: input.currency, ...toRow(input) })
        .execute();
      announcePricing(tx, id);
      return getList(tx, id);
    },
  );
};

/** Unchanged times pass, whatever their year: an edit of another field must not fail. Throws `INVALID_INPUT`. */
const assertNewInstants = (before: PriceList, after: Pick<PriceList, 'startsAt' | 'endsAt'>): void => {
  const fields = (['startsAt', 'endsAt'] as const).flatMap((path): FieldIssue[] => {
    const [was, is] = [before[path], after[path]];
    if (is === null || (was !== null && Date.parse(was) === Date.parse(is))) return [];
    return (instantInput.safeParse(is).error?.issues ?? []).map(({ message }) => ({ path, message }));
  });
  if (fields.length > 0) throw new DomainError('INVALID_INPUT', 'The start or end of the price list is not a valid time.', { fields });
};

/** Changes the terms of a list. Throws `VERSION_MISMATCH`, and `INVALID_INPUT` for a new time outside the years of `instantInput`. */
export const updatePriceList = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  assertWindow(input);
  return transact(core, async (tx) => {
    const before = await lockList(tx, input.id);
    assertVersion('price list', before, input.version);
    assertNewInstants(before, input);
    await tx.db
      .updateTable('price_lists')
      .set({ ...toRow(input), version: input.version + 1, updated_at: sql`now()` })
      .where('id', '=', input.id)
      .execute();
    await announce(tx, input.id);
    return getList(tx, input.id);
  });
};

/** Removes a price list and its prices; the price history records their end. */
export const removePriceList = (core: Core, actor: Actor, { id }: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockList(tx, id);
    await announce(tx, id);
    await sql`
      insert into price_changes (id, variant_id, price_cents, price_list_id, changed_by)
      select gen_random_uuid(), variant_id, null, price_list_id, ${actorName(actor)} from price_list_prices where price_list_id = ${id} and min_quantity = 1`.execute(
      tx.db,
    );
    await tx.db.deleteFrom('price_lists').where('id', '=', id).execute();
    return { ok: true };
  });
};

/** A page of the prices of a list. Throws `NOT_FOUND`. */
export const listPrices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['prices']['input']>,
): Promise<z.output<C['prices']['output']>> => {
  requireScope(actor, 'pricing:read');
  await getList(core, input.id);
  type Price = z.output<C['prices']['output']>['items'][number];
  const { rows } = await sql<Price & { totalCount: number }>`
    select x.variant_id as "variantId", x.min_quantity as "minQuantity", x.price_cents as "priceCents", v.sku, p.name as "productName", count(*) over ()::int as "totalCount"
    from price_list_prices x join variants v on v.id = x.variant_id join products p on p.id = v.product_id where x.price_list_id = ${input.id}
    order by v.sku, x.min_quantity limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => row),
    rows[0]?.totalCount ?? 0,
  );
};

/**
 * Sets or removes prices, all or none; unchanged prices write nothing. Throws `INVALID_PRICE` with the fields for
 * variants that are named twice or not at all, or that do not exist.
 */
export const setPrices = (core: Core, actor: Actor, input: z.output<C['setPrices']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  const { id } = input;
  return transact(core, async (tx) => {
    await lockList(tx, id);
    const prices = await withVariants(tx, input.prices);
    const variantIds = [...new Set(prices.map((p) => p.variantId))];
    await sql`
      with wanted as (
        select * from unnest(${prices.map((p) => p.variantId)}::uuid[], ${prices.map((p) => p.minQuantity)}::int[], ${prices.map((p) => p.priceCents)}::bigint[]) as w(variant_id, min_quantity, price_cents)
      ), changed as (
        select w.* from wanted w left join price_list_prices x on x.price_list_id = ${id} and x.variant_id = w.variant_id and x.min_quantity = w.min_quantity
        where w.price_cents is distinct from x.price_cents
      ), written as (
        insert into price_list_prices (price_list_id, variant_id, min_quantity, price_cents)
        select ${id}, variant_id, min_quantity, price_cents from changed where price_cents is not null
        on conflict (price_list_id, variant_id, min_quantity) do update set price_cents = excluded.price_cents
      ), dropped as (
        delete from price_list_prices x using changed c where c.price_cents is null and x.price_list_id = ${id} and x.variant_id = c.variant_id and x.min_quantity = c.min_quantity
      )
      insert into price_changes (id, variant_id, price_cents, price_list_id, changed_by)
      select gen_random_uuid(), variant_id, price_cents, ${id}, ${actorName(actor)} from changed where min_quantity = 1`.execute(tx.db);
    await sql`update price_lists set version = version + 1, updated_at = now() where id = ${id}`.execute(tx.db);
    announcePricing(tx, id, variantIds);
    return getList(tx, id);
  });
};

type WantedPrice = z.output<C['setPrices']['input']>['prices'][number];

/** Finds the variants that prices are for, by id or by SKU, in one statement. */
const withVariants = async (tx: Tx, prices: readonly WantedPrice[]): Promise<(WantedPrice & { readonly variantId: VariantId })[]> => {
  const { rows } = await sql<{ id: VariantId; sku: string }>`
    select id, sku from variants where id = any(${prices.flatMap((p) => p.variantId ?? [])}::uuid[]) or (sku = any(${prices.flatMap((p) => p.sku ?? [])}::text[]) and deleted_at is null)`.execute(
    tx.db,
  );
  const known = new Map(rows.flatMap(({ id, sku }) => [[id as string, id] as const, [`sku ${sku}`, id] as const]));
  const seen = new Set<string>();
  const fields: FieldIssue[] = [];
  const found = prices.flatMap((price, i) => {
    const bad = (message: string) => fields.push({ path: `prices.${i}.${price.sku === undefined ? 'variantId' : 'sku'}`, message });
    if ((price.variantId === undefined) === (price.sku === undefined)) bad('must be given as either variantId or sku');
    const variantId = known.get(price.variantId ?? `sku ${price.sku}`);
    if (!variantId) bad('is not a variant of this shop');
    const key = `${variantId}|${price.minQuantity}`;
    if (variantId && seen.has(key)) bad('appears twice for the same quantity');
    seen.add(key);
    return variantId ? [{ ...price, variantId }] : [];
  });
  const [first] = fields;
  if (first) throw new DomainError('INVALID_PRICE', `These prices are invalid: ${first.path} ${first.message}.`, { fields });
  return found;
};

const getList = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<PriceList> => {
  const { rows } = await sql<Row>`select ${columns} from price_lists l where l.id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This price list');
  return toPriceList(rows[0]);
};

const lockList = async (tx: Tx, id: string): Promise<PriceList> => {
  const locked = await lockPriceList<Row>(tx, id, columns);
  if (!locked) throw notFound('This price list');
  return toPriceList(locked);
};

const announce = async (tx: Tx, id: PriceListId): Promise<void> => {
  const { rows } = await sql<{
    variantId: VariantId;
  }>`select distinct variant_id as "variantId" from price_list_prices where price_list_id = ${id}`.execute(tx.db);
  announcePricing(
    tx,
    id,
    rows.map((row) => row.variantId),
  );
};

const assertWindow = (window: Pick<PriceList, 'startsAt' | 'endsAt'>): void => {
  if (endsTooEarly(window))
    throw new DomainError('INVALID_PRICE', 'A price list must end after it starts.', {
      fields: [{ path: 'endsAt', message: 'must be after startsAt' }],
    });
};

const toRow = (list: Omit<z.output<C['create']['input']>, 'currency'>) => ({
  name: list.name,
  customer_group: list.customerGroup,
  priority: list.priority,
  ...windowColumns(list),
  active: list.active,
});
