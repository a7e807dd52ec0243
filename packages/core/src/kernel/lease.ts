/**
 * A lease with a fence: the right of one process to work on a row until a time, renewed while it works. When a lease ends, another process
 * may take the row over. Each takeover increases the fence, so that a late owner, whose statements carry the older number, changes nothing.
 *
 * The table has the columns `id`, `fence` and `locked_until`, or another column for the end of the lease. The parts here are put into the
 * statements of its owner, so that lease and work are written together.
 */
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { DomainError, InternalRefusal } from './domain-error.ts';
import { secondsFromNow } from './statement.ts';

/** A row that is leased, and the fence of its owner. */
export interface Claim<Id extends string = string> {
  readonly id: Id;
  readonly fence: number;
}

/** How long a lease lasts, and while which rows can be leased. */
export interface LeaseOptions {
  /** How long a lease lasts without being renewed. Its owner may be dead after that. */
  readonly seconds: number;
  /** The condition under which the row can have an owner, such as `status = 'running'`. */
  readonly whileOpen: RawBuilder<SqlBool>;
  /** The error of an owner that has lost its lease. */
  readonly lost: () => DomainError | InternalRefusal;
  /** The column with the end of the lease; `locked_until` by default. */
  readonly column?: string;
}

/** The statements of a lease. */
export interface Lease {
  /** The end of a lease that begins or is renewed now. */
  readonly end: RawBuilder<Date>;
  /** SET of a statement that takes a row over. It must return the new fence. */
  readonly take: RawBuilder<unknown>;
  /** SET that renews the lease. */
  readonly renew: RawBuilder<unknown>;
  /** SET that ends the lease, so that another process can take the row over at once. */
  readonly release: RawBuilder<unknown>;
  /** SET that takes the row from its owner without a new one. */
  readonly revoke: RawBuilder<unknown>;
  /** WHERE of rows without an owner, or whose owner let its lease end. */
  readonly isFree: RawBuilder<SqlBool>;
  /** WHERE of the claimed row, as long as nobody has taken it over. For a batch, `id` and `fence` are columns of its list of claims. */
  isHeldBy(claim: Claim | { readonly id: Expression<unknown>; readonly fence: Expression<unknown> }): RawBuilder<SqlBool>;
  /** Throws the error of a lost lease unless the statement changed the claimed row, or all of several. */
  assertHeld(result: { readonly numAffectedRows?: bigint }, rows?: number): void;
}

/** Creates the parts of a lease for the statements of one table. */
export const createLease = ({ seconds, whileOpen, lost, column = 'locked_until' }: LeaseOptions): Lease => {
  const end = secondsFromNow(seconds);
  const until = sql.ref(column);
  return {
    end,
    take: sql`fence = fence + 1, ${until} = ${end}`,
    renew: sql`${until} = ${end}`,
    release: sql`${until} = now()`,
    revoke: sql`fence = fence + 1, ${until} = now()`,
    isFree: sql<SqlBool>`(${until} is null or ${until} <= now())`,
    isHeldBy: ({ id, fence }) => sql<SqlBool>`id = ${id} and fence = ${fence} and ${whileOpen}`,
    assertHeld: ({ numAffectedRows }, rows = 1) => {
      if (numAffectedRows !== BigInt(rows)) throw lost();
    },
  };
};
