/** Promo codes, for staff: single ones, thousands at once, their limits and their uses. */
import type { PromoCode, PromoCodeId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  isUniqueViolation,
  notFound,
  offsetOf,
  randomCode,
  requireScope,
  toPage,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { announcePricing, assertVersion, endsTooEarly, sent, windowColumns } from './pricing.changes.ts';
import { lockPromoCode } from './pricing.locks.ts';

type C = ShopContract['promoCodes'];
type Terms = Omit<PromoCode, 'id' | 'code' | 'usedCount' | 'batchId' | 'version' | 'createdAt'>;
type Row = Omit<PromoCode, 'startsAt' | 'endsAt' | 'createdAt'> & { startsAt: Date | null; endsAt: Date | null; createdAt: Date };

const columns = sql`id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
  min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority, usage_limit as "usageLimit", per_customer_limit as "perCustomerLimit",
  starts_at as "startsAt", ends_at as "endsAt", active, used_count as "usedCount", batch_id as "batchId", version, created_at as "createdAt"`;

const toPromoCode = (row: Row): PromoCode => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});

/** A page of codes, newest first. */
export const listPromoCodes = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { q = null, batchId = null, active = null } = input;
  const beginning = q === null ? null : `${q.toUpperCase().replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<Row & { totalCount: number }>`
    select ${columns}, count(*) over ()::int as "totalCount" from promo_codes
    where (${beginning}::text is null or code like ${beginning}) and (${batchId}::uuid is null or batch_id = ${batchId}) and (${active}::boolean is null or active = ${active})
    order by created_at desc, id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPromoCode(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** Adds a code. Throws `INVALID_PRICE` for invalid terms and `CODE_TAKEN`. */
export const createPromoCode = async (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<PromoCode> => {
  requireScope(actor, 'pricing:write');
  const { code, ...terms } = input;
  assertSensibleTerms(terms);
  try {
    return await transactOnce(
      core,
      { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getPromoCode(tx, subject as PromoCodeId) },
      async (tx) => {
        const id = tx.ids.next<PromoCodeId>();
        await tx.db
          .insertInto('promo_codes')
          .values({ id, code, ...toRow(terms) })
          .execute();
        announcePricing(tx, id);
        return getPromoCode(tx, id);
      },
    );
  } catch (error) {
    if (!isUniqueViolation(error, 'promo_codes_code_unique')) throw error;
    throw new DomainError('CODE_TAKEN', `The promo code ${code} already exists.`, { details: { code } });
  }
};

/** Adds up to 10,000 codes of 80 random bits each, all or none, and returns them once. */
export const generatePromoCodes = async (
  core: Core,
  actor: Actor,
  input: z.output<C['generate']['input']>,
): Promise<z.output<C['generate']['output']>> => {
  requireScope(actor, 'pricing:write');
  const { count, prefix, ...terms } = input;
  assertSensibleTerms(terms);
  const batchId = core.ids.next();
  const codes = new Set<string>();
  while (codes.size < count) codes.add(prefix ? `${prefix}-${randomCode(core.ids)}` : randomCode(core.ids));
  const row = toRow(terms);
  return transactOnce(
    core,
    { answers: true, subject: (made) => made.batchId, again: (tx, { subject }) => readBatch(tx, subject) },
    async (tx) => {
      const all = [...codes];
      // Below the 65,535 parameters that one statement takes.
      for (let from = 0; from < all.length; from += 1_000)
        await tx.db
          .insertInto('promo_codes')
          .values(all.slice(from, from + 1_000).map((code) => ({ id: tx.ids.next<PromoCodeId>(), code, batch_id: batchId, ...row })))
          .execute();
      return { batchId, codes: all };
    },
  );
};

const readBatch = async (tx: Tx, batchId: string): Promise<z.output<C['generate']['output']>> => {
  const { rows } = await sql<{ code: string }>`select code from promo_codes where batch_id = ${batchId} order by id`.execute(tx.db);
  return { batchId, codes: rows.map(({ code }) => code) };
};

/**
 * Changes the limits, the validity and the state of a promo code. Throws `VERSION_MISMATCH`, and `CONFLICT` for a limit
 * below the present number of uses.
 */
export const updatePromoCode = async (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<PromoCode> => {
  requireScope(actor, 'pricing:write');
  await transact(core, async (tx) => {
    const locked = await lockPromoCode<Row>(tx, input.id, columns);
    if (!locked) throw notFound('This promo code');
    const before = toPromoCode(locked);
    const { id, version, ...changes } = input;
    assertVersion('promo code', before, version);
    const given = sent(changes);
    const after: PromoCode = { ...before, ...given };
    assertSensibleTerms(after);
    if (after.usageLimit !== null && after.usageLimit < before.usedCount)
      throw new DomainError('CONFLICT', `The promo code was already used ${before.usedCount} times. The limit cannot be lower.`, {
        details: { usedCount: before.usedCount },
      });
    const { usage_limit, per_customer_limit, starts_at, ends_at, active } = toRow(after);
    await tx.db
      .updateTable('promo_codes')
      .set({ usage_limit, per_customer_limit, starts_at, ends_at, active, version: version + 1 })
      .where('id', '=', id)
      .execute();
    announcePricing(tx, id);
  });
  return getPromoCode(core, input.id);
};

/** The orders that used a code, newest first. Throws `NOT_FOUND`. */
export const listRedemptions = async (
  core: Core,
  actor: Actor,
  input: z.output<C['redemptions']['input']>,
): Promise<z.output<C['redemptions']['output']>> => {
  requireScope(actor, 'pricing:read');
  await getPromoCode(core, input.id);
  type Redemption = z.output<C['redemptions']['output']>['items'][number];
  const { rows } = await sql<
    Omit<Redemption, 'createdAt' | 'releasedAt'> & { createdAt: Date; releasedAt: Date | null; totalCount: number }
  >`
    select r.order_id as "orderId", o.order_number as "orderNumber", r.user_id as "userId", r.state, r.reduced_cents as "reducedCents", r.created_at as "createdAt", r.released_at as "releasedAt",
      count(*) over ()::int as "totalCount"
    from promo_redemptions r join orders o on o.id = r.order_id where r.promo_code_id = ${input.id}
    order by r.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      releasedAt: row.releasedAt?.toISOString() ?? null,
    })),
    rows[0]?.totalCount ?? 0,
  );
};

const getPromoCode = async ({ db }: Pick<Core, 'db'>, id: string): Promise<PromoCode> => {
  const { rows } = await sql<Row>`select ${columns} from promo_codes where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This promo code');
  return toPromoCode(rows[0]);
};

const assertSensibleTerms = (terms: Terms): void => {
  const bad = (path: keyof Terms, message: string) => {
    throw new DomainError('INVALID_PRICE', `These terms are invalid: ${path} ${message}.`, { fields: [{ path, message }] });
  };
  const effects = [terms.percentBasisPoints !== null, terms.amountCents !== null, terms.freeShipping].filter(Boolean);
  if (effects.length > 1) bad('amountCents', 'is a second effect: a promo code has one effect, a percentage, an amount or free shipping');
  if (terms.percentBasisPoints === 0) bad('percentBasisPoints', 'must be above 0');
  if (terms.amountCents === 0) bad('amountCents', 'must be above 0');
  if ((terms.amountCents !== null || terms.minSubtotalCents !== null) && terms.currency === null)
    bad('currency', 'is needed beside an amount');
  if (endsTooEarly(terms)) bad('endsAt', 'must be after startsAt');
};

const toRow = (terms: Terms) => ({
  percent_basis_points: terms.percentBasisPoints,
  amount_cents: terms.amountCents,
  free_shipping: terms.freeShipping,
  currency: terms.currency,
  min_subtotal_cents: terms.minSubtotalCents,
  full_price_only: terms.fullPriceOnly,
  stackable: terms.stackable,
  priority: terms.priority,
  usage_limit: terms.usageLimit,
  per_customer_limit: terms.perCustomerLimit,
  ...windowColumns(terms),
  active: terms.active,
});
