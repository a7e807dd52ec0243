/** Writes `idempotency_keys`: the calls under a key, their leases and their sealed answers. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';
import { keyLease } from './idempotency.lease.ts';
import type { Claim } from './lease.ts';

/** A key of an actor and endpoint, and the fingerprint of its request. */
export interface NewKey {
  readonly id: string;
  readonly owner: string;
  readonly endpoint: string;
  readonly key: string;
  readonly print: string;
}

/** Inserts keys that nobody has used yet, leased to their calls. Returns the fence of each inserted key, by its id. */
export const insertKeys = async ({ db }: Pick<Tx, 'db'>, keys: readonly NewKey[]): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await sql<{ id: string; fence: number }>`
        insert into idempotency_keys (id, actor, endpoint, key, fingerprint, locked_until)
        select c.id, c.owner, c.endpoint, c.key, c.print, ${keyLease.end}
        from unnest(${keys.map((c) => c.id)}::uuid[], ${keys.map((c) => c.owner)}::text[], ${keys.map((c) => c.endpoint)}::text[],
          ${keys.map((c) => c.key)}::text[], ${keys.map((c) => c.print)}::text[]) as c(id, owner, endpoint, key, print)
        on conflict (actor, endpoint, key) do nothing returning id, fence`.execute(db);
  return new Map(rows.map((row) => [row.id, row.fence]));
};

/**
 * Takes over the key of a call that no longer holds it. Returns the new fence and the sealed result of its transaction, if that committed;
 * undefined while the call holds the key, and for a key with an answer.
 */
export const takeKeyOver = async (
  { db }: Pick<Tx, 'db'>,
  id: string,
): Promise<{ readonly fence: number; readonly effect: string | null } | undefined> => {
  const { rows } = await sql<{ fence: number; effect: string | null }>`
    update idempotency_keys set ${keyLease.take}
    where id = ${id} and state = 'in_progress' and ${keyLease.isFree} returning fence, response_sealed as effect`.execute(db);
  return rows[0];
};

/**
 * Stores the sealed results of the transactions of calls, for their commit; with `answers` they are the answers of the calls.
 * @throws IDEMPOTENCY_IN_PROGRESS - another process has taken one of the keys over
 */
export const setKeyEffects = async (
  { db }: Pick<Tx, 'db'>,
  effects: readonly (Claim & { readonly sealed: string })[],
  answers: boolean,
): Promise<void> => {
  keyLease.assertHeld(
    await sql`
      update idempotency_keys
      set response_sealed = e.sealed${answers ? sql`, state = 'complete', response_status = 200, completed_at = now()` : sql``}
      from unnest(${effects.map((e) => e.id)}::uuid[], ${effects.map((e) => e.fence)}::int[], ${effects.map((e) => e.sealed)}::text[])
        as e(claim_id, claim_fence, sealed)
      where id = any(${effects.map((e) => e.id)}::uuid[])
        and ${keyLease.isHeldBy({ id: sql.ref('claim_id'), fence: sql.ref('claim_fence') })}`.execute(db),
    effects.length,
  );
};

/** The stored answer of a call. */
export interface KeyAnswer extends Claim {
  readonly status: number;
  readonly sealed: string;
}

/** Stores the sealed answers of calls and completes their keys, except for those that another process has taken over. */
export const setKeyAnswers = async ({ db }: Pick<Tx, 'db'>, answers: readonly KeyAnswer[]): Promise<void> => {
  await sql`
        update idempotency_keys set state = 'complete', response_status = a.status, response_sealed = a.sealed, completed_at = now()
        from unnest(${answers.map((a) => a.id)}::uuid[], ${answers.map((a) => a.fence)}::int[], ${answers.map((a) => a.status)}::int[],
          ${answers.map((a) => a.sealed)}::text[]) as a(claim_id, claim_fence, status, sealed)
        where ${keyLease.isHeldBy({ id: sql.ref('claim_id'), fence: sql.ref('claim_fence') })}`.execute(db);
};

/** Deletes the key of a call without effect, so that it can be used again. Returns whether it did. */
export const deleteUnusedKey = async ({ db }: Pick<Tx, 'db'>, claim: Claim): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_keys')
    .where(keyLease.isHeldBy(claim))
    .where('responseSealed', 'is', null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
};

/** Ends the lease of a call, so that a repeat can take its key over at once. */
export const releaseKey = async ({ db }: Pick<Tx, 'db'>, claim: Claim): Promise<void> => {
  await sql`update idempotency_keys set ${keyLease.release} where ${keyLease.isHeldBy(claim)}`.execute(db);
};

/** Deletes keys that are older than 30 days and that nobody has locked, some thousands at most. Returns how many. */
export const deleteOldKeys = async ({ db }: Pick<Tx, 'db'>): Promise<number> => {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where id in (
      select id from idempotency_keys where created_at < now() - interval '30 days'
      order by created_at limit 5000 for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
};
