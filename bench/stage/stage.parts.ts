/** What the stage of a bench consists of. */
import type pg from 'pg';
import type { KnownProduct } from '../checks.ts';
import type { Program } from '../machine/programs.ts';
import type { Buyer } from './seed-shop.ts';
import type { ShopCode } from './shop-code.ts';

/** What a stage is opened with. */
export interface StageOptions {
  /** The checkout whose built code is measured. */
  readonly shop: string;
  /** Uses a tiny shop and tiny loads, to test correctness only. */
  readonly quick: boolean;
  /** Total number of products. Products above a thousand are loaded by SQL, for searches only. */
  readonly products: number;
  /** Numbers of orders at which `growth` measures. */
  readonly orders: readonly number[];
  /** Uses a Redis of this run for queues, cache and limits instead of PostgreSQL. */
  readonly redis: boolean;
  /** Counts statements with `pg_stat_statements`, which takes a little CPU time itself. */
  readonly countStatements: boolean;
}

/** The running programs of a bench, and the shop that they serve. */
export interface Stage {
  readonly options: StageOptions;
  readonly code: ShopCode;
  readonly api: Program;
  readonly worker: Program;
  readonly hello: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly databaseUrl: string;
  readonly currency: string;
  readonly products: readonly KnownProduct[];
  /** Total number of products, including those loaded by SQL. */
  readonly catalogueSize: number;
  readonly buyers: readonly Buyer[];
  readonly staffToken: string;
  /** Counts the carts, so that every second one belongs to a signed-in buyer. */
  turn: number;
  /** Queries the database, for checks; not used during a measurement. */
  query<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Returns the CPU seconds of each process of the shop so far. */
  cpu(): Record<ShopProcess, number>;
  close(): Promise<void>;
}
export const shopProcesses = ['api', 'postgres', 'worker', 'redis'] as const;
export type ShopProcess = (typeof shopProcesses)[number];
