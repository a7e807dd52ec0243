import type { ShopContract, StoreCredit, StoreCreditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, requireScope, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { moveCredit } from './credit.ledger.ts';
import { readStoreCredit } from './credit.queries.ts';

type Input = z.output<ShopContract['storeCredit']['grant']['input']>;

/** Gives an account credit in a currency, on top of what it has. Throws `NOT_FOUND` for an unknown account or order. */
export const grantCredit = (core: Core, actor: Actor, input: Input): Promise<StoreCredit> => {
  requireScope(actor, 'store-credit:manage');
  return transactOnce(
    core,
    { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readStoreCredit(tx, subject) },
    async (tx) => {
      await assertKnown(tx, input);
      const creditId = await accountCredit(tx, input);
      const { amountCents, reason, orderId = null } = input;
      await moveCredit(tx, { creditId, kind: 'grant', amountCents, actor, reason, orderId });
      return readStoreCredit(tx, creditId);
    },
  );
};

const assertKnown = async (tx: Tx, { userId, ...input }: Input): Promise<void> => {
  const orderId = input.orderId ?? null;
  const { rows } = await sql<{ user: boolean; order: boolean }>`
    select exists (select 1 from users where id = ${userId}) as user, ${orderId}::uuid is null or exists (select 1 from orders where id = ${orderId}) as "order"`.execute(
    tx.db,
  );
  if (!rows[0]?.user) throw notFound('This account');
  if (!rows[0].order) throw notFound('This order');
};

/** The one credit of an account in a currency; created by the first grant. */
const accountCredit = async (tx: Tx, { userId, currency }: Input): Promise<StoreCreditId> => {
  const { rows } = await sql<{ id: StoreCreditId }>`
    insert into store_credits (id, kind, user_id, currency, balance_cents) values (${tx.ids.next()}, 'account', ${userId}, ${currency}, 0)
    on conflict (user_id, currency) where kind = 'account' do update set updated_at = now() returning id`.execute(tx.db);
  if (!rows[0]) throw new Error(`The store credit of account ${userId} does not exist`);
  return rows[0].id;
};
