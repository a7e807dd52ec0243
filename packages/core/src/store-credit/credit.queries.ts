/** Reads of gift cards and store credit. */
import {
  storeCreditSchema,
  type ShopContract,
  type StoreCredit,
  type StoreCreditId,
  type StoreCreditMovement,
  type UserId,
} from '@cartwright/contracts';
import { StoreCredit as StoreCreditEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  notFound,
  offsetOf,
  requireScope,
  requireUser,
  storedRecord,
  toPage,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';

type C = ShopContract['storeCredit'];
const stored = storedRecord(StoreCreditEntity, storeCreditSchema.omit({ expired: true }));
type Row = Parameters<typeof stored.of>[0] & Pick<StoreCredit, 'expired'>;

/** SQL: whether a credit `c` can be spent, by the clock of the database. */
export const spendable = sql`c.state = 'active' and (c.expires_at is null or c.expires_at > now())`;

const columns = sql`${stored.columns('c')}, coalesce(c.expires_at <= now(), false) as expired`;

const toStoreCredit = (row: Row): StoreCredit => ({ ...stored.of(row), expired: row.expired });

/** One credit as staff sees it. Throws `NOT_FOUND`. */
export const readStoreCredit = async ({ db }: Pick<Reader, 'db'>, creditId: string): Promise<StoreCredit> => {
  const { rows } = await sql<Row>`select ${columns} from store_credits c where c.id = ${creditId}`.execute(db);
  if (!rows[0]) throw notFound('This gift card or store credit');
  return toStoreCredit(rows[0]);
};

/** A page of gift cards and store credit, newest first. */
export const listStoreCredits = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'store-credit:read');
  const { kind = null, state = null, userId = null } = input;
  const lastFour = input.lastFour?.toUpperCase() ?? null;
  const { rows } = await sql<Row & { totalCount: number }>`
    select ${columns}, count(*) over ()::int as "totalCount" from store_credits c
    where (${kind}::text is null or c.kind = ${kind}) and (${state}::text is null or c.state = ${state}) and (${userId}::uuid is null or c.user_id = ${userId})
      and (${lastFour}::text is null or c.last_four = ${lastFour})
    order by c.created_at desc, c.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toStoreCredit(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** One credit with a page of its movements, newest first. Throws `NOT_FOUND`. */
export const listCreditMovements = async (
  core: Core,
  actor: Actor,
  input: z.output<C['ledger']['input']>,
): Promise<z.output<C['ledger']['output']>> => {
  requireScope(actor, 'store-credit:read');
  const credit = await readStoreCredit(core, input.creditId);
  const { rows } = await sql<Omit<StoreCreditMovement, 'createdAt'> & { createdAt: Date; totalCount: number }>`
    select m.id, m.kind, m.amount_cents as "amountCents", m.balance_cents as "balanceCents", m.order_id as "orderId", o.order_number as "orderNumber", m.reason, m.actor,
      m.created_at as "createdAt", count(*) over ()::int as "totalCount"
    from store_credit_movements m left join orders o on o.id = m.order_id where m.credit_id = ${credit.id}
    order by m.created_at desc, m.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  const items = rows.map(({ totalCount: _, createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
  return { credit, ...toPage(input, items, rows[0]?.totalCount ?? 0) };
};

/** The store credit that an account can spend in a currency. Throws `INSUFFICIENT_CREDIT` when there is none. */
export const getAccountCredit = async (
  { db }: Pick<Reader, 'db'>,
  userId: UserId,
  currency: string,
): Promise<{ creditId: StoreCreditId; balanceCents: number }> => {
  const { rows } = await sql<{ creditId: StoreCreditId; balanceCents: number }>`
    select c.id as "creditId", c.balance_cents as "balanceCents" from store_credits c
    where c.kind = 'account' and c.user_id = ${userId} and c.currency = ${currency} and c.balance_cents > 0 and ${spendable}`.execute(db);
  if (!rows[0])
    throw new DomainError('INSUFFICIENT_CREDIT', `This account has no store credit in ${currency}.`, {
      details: { leftCents: 0, currency },
    });
  return rows[0];
};

/** The store credit that a customer can spend, by currency. */
export const listMyCredit = async (core: Core, actor: Actor): Promise<z.output<C['mine']['output']>> => {
  const { userId } = requireUser(actor);
  const { rows } = await sql<z.output<C['mine']['output']>['items'][number]>`
    select c.id as "creditId", c.currency, c.balance_cents as "balanceCents" from store_credits c
    where c.kind = 'account' and c.user_id = ${userId} and ${spendable} order by c.currency`.execute(core.db);
  return { items: rows };
};
