/** Reads of gift cards and store credit. */
import {
  storeCreditSchema,
  type ShopContract,
  type Currency,
  type StoreCredit,
  type StoreCreditId,
  type UserId,
} from '@cartwright/contracts';
import { StoreCredit as StoreCreditEntity, type Database } from '@cartwright/db';
import { sql, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  equalsIfGiven,
  notFound,
  now,
  requireScope,
  requireUser,
  selectPage,
  storedRecord,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';
import { listMovementsOf } from '../read-models/credit-movements.ts';

type C = ShopContract['storeCredit'];
const stored = storedRecord(StoreCreditEntity, storeCreditSchema.omit({ expired: true }));
type Row = Parameters<typeof stored.of>[0] & { readonly expired: SqlBool };

/** SQL: whether a credit `c` can be spent, by the clock of the database. */
export const spendable = sql<SqlBool>`c.state = 'active' and (c.expires_at is null or c.expires_at > now())`;

/** Whether a credit has expired with a balance. The balance is compared with a literal, as in the index that finds these credits. */
export const hasExpired = (eb: ExpressionBuilder<Database, 'store_credits'>) =>
  eb.and([eb('balanceCents', '>', sql.lit(0)), eb('expiresAt', '<=', now)]);

const storeCredits = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom('store_credits as c')
    .select(stored.fields)
    .select((eb) => eb.fn.coalesce(eb('c.expiresAt', '<=', now), eb.lit(false)).as('expired'));

const toStoreCredit = (row: Row): StoreCredit => ({ ...stored.of(row), expired: Boolean(row.expired) });

/** One credit as staff sees it. Throws `NOT_FOUND`. */
export const readStoreCredit = async (reader: Pick<Reader, 'db'>, creditId: string): Promise<StoreCredit> => {
  const row = await storeCredits(reader).where('c.id', '=', creditId).executeTakeFirst();
  if (!row) throw notFound('This gift card or store credit', creditId);
  return toStoreCredit(row);
};

/** A page of gift cards and store credit, newest first. */
export const listStoreCredits = (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'store-credit:read');
  const { kind = null, state = null, userId = null } = input;
  const lastFour = input.lastFour?.toUpperCase() ?? null;
  const credits = storeCredits(core)
    .where((eb) =>
      eb.and([
        equalsIfGiven(eb.ref('c.kind'), 'text', kind),
        equalsIfGiven(eb.ref('c.state'), 'text', state),
        equalsIfGiven(eb.ref('c.userId'), 'uuid', userId),
        equalsIfGiven(eb.ref('c.lastFour'), 'text', lastFour),
      ]),
    )
    .orderBy('c.createdAt', 'desc')
    .orderBy('c.id', 'desc');
  return selectPage(credits, input, toStoreCredit);
};

/** One credit with a page of its movements, newest first. Throws `NOT_FOUND`. */
export const listCreditMovements = async (
  core: Core,
  actor: Actor,
  input: z.output<C['ledger']['input']>,
): Promise<z.output<C['ledger']['output']>> => {
  requireScope(actor, 'store-credit:read');
  const credit = await readStoreCredit(core, input.creditId);
  return { credit, ...(await listMovementsOf(core, credit.id, input)) };
};

/** The store credit that an account can spend in a currency. Throws `INSUFFICIENT_CREDIT` when there is none. */
export const getAccountCredit = async (
  reader: Pick<Reader, 'db'>,
  userId: UserId,
  currency: Currency,
): Promise<{ creditId: StoreCreditId; balanceCents: number }> => {
  const credit = await spendableOf(reader, userId)
    .select(['c.id as creditId', 'c.balanceCents'])
    .where('c.currency', '=', currency)
    .where('c.balanceCents', '>', 0)
    .$narrowType<{ creditId: StoreCreditId }>()
    .executeTakeFirst();
  if (!credit)
    throw new DomainError('INSUFFICIENT_CREDIT', `This account has no store credit in ${currency}. Choose another way to pay.`, {
      details: { neededCents: 0, leftCents: 0, currency, creditId: null },
    });
  return credit;
};

/** The store credit of an account that can be spent. The kind is compared with a literal, as in the index that finds it. */
const spendableOf = ({ db }: Pick<Reader, 'db'>, userId: UserId) =>
  db.selectFrom('store_credits as c').where('c.kind', '=', sql.lit('account')).where('c.userId', '=', userId).where(spendable);

/** The store credit that a customer can spend, by currency. */
export const listMyCredit = async (core: Core, actor: Actor): Promise<z.output<C['mine']['output']>> => {
  const { userId } = requireUser(actor);
  const items = await spendableOf(core, userId)
    .select(['c.id as creditId', 'c.currency', 'c.balanceCents'])
    .orderBy('c.currency')
    .$narrowType<{ creditId: StoreCreditId; currency: Currency }>()
    .execute();
  return { items };
};
