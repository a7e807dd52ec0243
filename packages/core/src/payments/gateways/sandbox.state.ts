/** The only function that writes `sandbox_charges.status`: an open charge is decided once, by the buyer on the sandbox's page or by the shop that asks. */
import { sql } from 'kysely';
import type { Core } from '../../kernel/index.ts';

export type SandboxStatus = 'captured' | 'declined' | 'pending' | 'action' | 'voided';

/** Answers whether it was this call that decided the charge. */
export const decideCharge = async (
  { db }: Pick<Core, 'db'>,
  reference: string,
  from: readonly ('pending' | 'action')[],
  to: Exclude<SandboxStatus, 'pending' | 'action'>,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update sandbox_charges set status = ${to} where reference = ${reference} and status = any(${from}::text[])`.execute(db);
  return numAffectedRows === 1n;
};
