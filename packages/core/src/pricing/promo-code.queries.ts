/** Reads of promo codes, for buyers and for staff. */
import type { PromoCode, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { unconditional, type RuleFacts } from './engine/engine.facts.ts';
import { promoCodeColumns, toPromoCode, type PromoCodeRow } from './promo-code.dto.ts';

type C = ShopContract['promoCodes'];

/** A promo code's own effect as input of the engine. A code that only unlocks rules has no discount of its own. */
export interface PromoTerms extends RuleFacts {
  readonly code: string;
}

interface Row {
  readonly id: string;
  readonly code: string;
  readonly percentBasisPoints: number | null;
  readonly amountCents: number | null;
  readonly freeShipping: boolean;
  readonly currency: string | null;
  readonly minSubtotalCents: number | null;
  readonly fullPriceOnly: boolean;
  readonly stackable: boolean;
  readonly priority: number;
}

/** A promo code that can be used now (or at `at`) in this currency; null when it does not exist, has ended or is used up. */
export const findUsablePromo = async (
  { db }: Pick<Reader, 'db'>,
  code: string,
  cartCurrency: string,
  at: Date | null = null,
): Promise<PromoTerms | null> => {
  const moment = sql`coalesce(${at}::timestamptz, now())`;
  const { rows } = await sql<Row>`
    select id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
      min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority
    from promo_codes
    where code = upper(${code}) and active and (starts_at is null or starts_at <= ${moment}) and (ends_at is null or ends_at > ${moment})
      and (usage_limit is null or used_count < usage_limit) and (currency is null or currency = ${cartCurrency})`.execute(db);
  return rows[0] ? toPromoTerms(rows[0]) : null;
};

/** A promo code that an order was sold with, whether it can still be used or not; null when it was deleted. */
export const findPromo = async ({ db }: Pick<Reader, 'db'>, code: string): Promise<PromoTerms | null> => {
  const { rows } = await sql<Row>`
    select id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
      min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority
    from promo_codes where code = upper(${code})`.execute(db);
  return rows[0] ? toPromoTerms(rows[0]) : null;
};

const toPromoTerms = ({ freeShipping, ...row }: Row): PromoTerms => ({
  ...unconditional,
  ...row,
  name: row.code,
  effect: freeShipping ? 'free_shipping' : row.percentBasisPoints === null ? 'order_amount_off' : 'order_percent_off',
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
  const { rows } = await sql<PromoCodeRow & { totalCount: number }>`
    select ${promoCodeColumns}, count(*) over ()::int as "totalCount" from promo_codes
    where (${beginning}::text is null or code like ${beginning}) and (${batchId}::uuid is null or batch_id = ${batchId}) and (${active}::boolean is null or active = ${active})
    order by created_at desc, id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPromoCode(row)),
    rows[0]?.totalCount ?? 0,
  );
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

/** One code for staff. Throws `NOT_FOUND`. */
export const getPromoCode = async ({ db }: Pick<Core, 'db'>, id: string): Promise<PromoCode> => {
  const { rows } = await sql<PromoCodeRow>`select ${promoCodeColumns} from promo_codes where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This promo code');
  return toPromoCode(rows[0]);
};
