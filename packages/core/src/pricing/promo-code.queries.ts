/** Reads of promo codes, for buyers and for staff. */
import type { PromoCode, ShopContract } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Expression, type Selectable, type SqlBool } from 'kysely';
import type { z } from 'zod';
import {
  anyText,
  equalsIfGiven,
  likeText,
  notFound,
  now,
  requireScope,
  selectPage,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';
import { listRedemptionsOf } from '../read-models/promo-redemptions.ts';
import { unconditional, type RuleFacts } from './engine/engine.facts.ts';
import { inForce, momentOf } from './pricing.queries.ts';
import { promoCodeRecord } from './promo-code.dto.ts';

type C = ShopContract['promoCodes'];

/** A promo code's own effect as input of the engine. A code that only unlocks rules has no discount of its own. */
export interface PromoTerms extends RuleFacts {
  readonly code: string;
}

/** The columns of a promo code's effect. */
const termColumns = [
  'id',
  'code',
  'percentBasisPoints',
  'amountCents',
  'freeShipping',
  'currency',
  'minSubtotalCents',
  'fullPriceOnly',
  'stackable',
  'priority',
] as const;

/** SQL: whether a promo code can be used at a time. */
export const usable = (at: Expression<Date> = now) =>
  sql<SqlBool>`active and ${inForce(at)} and (usage_limit is null or used_count < usage_limit)`;

/** A promo code to be used in a currency; no code is null. */
export interface WantedPromo {
  readonly promoCode: string | null;
  readonly currency: string;
}

/**
 * The promo codes that can be used now (or at `at`) in the currencies of their carts; null for one that does not exist, has ended or is
 * used up. One statement for any number, none without codes.
 */
export const findUsablePromos = async (
  { db }: Pick<Reader, 'db'>,
  wanted: readonly WantedPromo[],
  at: Date | null = null,
): Promise<(PromoTerms | null)[]> => {
  const codeOf = ({ promoCode }: WantedPromo) => promoCode?.toUpperCase() ?? '';
  const codes = new Set(wanted.flatMap((one) => codeOf(one) || []));
  const rows =
    codes.size === 0
      ? []
      : await promosByCode(db, [...codes])
          .where(usable(momentOf(at)))
          .execute();
  const found = new Map(rows.map((row) => [row.code, row]));
  return wanted.map((one) => {
    const row = found.get(codeOf(one));
    return row && (row.currency === null || row.currency === one.currency) ? toPromoTerms(row) : null;
  });
};

/** `findUsablePromos` for one. */
export const findUsablePromo = async (
  reader: Pick<Reader, 'db'>,
  promoCode: string,
  currency: string,
  at: Date | null = null,
): Promise<PromoTerms | null> => {
  const [promo = null] = await findUsablePromos(reader, [{ promoCode, currency }], at);
  return promo;
};

/** A promo code that an order was sold with, whether it can still be used or not; null when it was deleted. */
export const findPromo = async ({ db }: Pick<Reader, 'db'>, code: string): Promise<PromoTerms | null> => {
  const row = await promosByCode(db, [code.toUpperCase()]).executeTakeFirst();
  return row ? toPromoTerms(row) : null;
};

const promosByCode = (db: Reader['db'], codes: readonly string[]) =>
  db.selectFrom('promo_codes').select(termColumns).where('code', '=', anyText(codes));

const toPromoTerms = ({ freeShipping, ...row }: Pick<Selectable<Database['promo_codes']>, (typeof termColumns)[number]>): PromoTerms => ({
  ...unconditional,
  ...row,
  name: row.code,
  effect: freeShipping ? 'free_shipping' : row.percentBasisPoints === null ? 'order_amount_off' : 'order_percent_off',
});

/** A page of codes, newest first. */
export const listPromoCodes = (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { q = null, batchId = null, active = null } = input;
  const beginning = q === null ? null : `${likeText(q.toUpperCase())}%`;
  let codes = core.db
    .selectFrom('promo_codes')
    .select(promoCodeRecord.fields)
    .where((eb) => eb.and([equalsIfGiven(eb.ref('batchId'), 'uuid', batchId), equalsIfGiven(eb.ref('active'), 'boolean', active)]))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc');
  if (beginning !== null) codes = codes.where('code', 'like', beginning);
  return selectPage(codes, input, promoCodeRecord.of);
};

/** The orders that used a code, newest first. Throws `NOT_FOUND`. */
export const listRedemptions = async (
  core: Core,
  actor: Actor,
  input: z.output<C['redemptions']['input']>,
): Promise<z.output<C['redemptions']['output']>> => {
  requireScope(actor, 'pricing:read');
  await getPromoCode(core, input.id);
  return listRedemptionsOf(core, input.id, input);
};

/** One code for staff. Throws `NOT_FOUND`. */
export const getPromoCode = async ({ db }: Pick<Core, 'db'>, id: string): Promise<PromoCode> => {
  const row = await db.selectFrom('promo_codes').select(promoCodeRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This promo code', id);
  return promoCodeRecord.of(row);
};
