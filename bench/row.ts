/** The types of a benchmark row. */
import type { Client } from './load/client.ts';
import type { Length, Load } from './load/generate.ts';
import type { ShopProcess, Stage } from './stage/stage.parts.ts';

/** A second load beside the measured one; its cost is not part of the row. */
export interface Beside {
  /** Returns the number of operations so far. */
  done(): number;
  /** Stops the load, waits for open operations, and checks the result. Returns a note for the table. */
  stop(): Promise<string>;
}

/** The prepared work of a row, which can be repeated during measurement. */
export interface Work {
  readonly clients: number;
  /** The URL of the load; default is the API. */
  readonly url?: string;
  /** Whether operations cause work of the worker; the measurement then waits for it and includes it. */
  readonly settles: boolean;
  operation(client: Client, serial: number): Promise<void>;
  /** Compares the responses with the database. `done` is the number of operations since the work was prepared. */
  check(done: number): Promise<void>;
  /** Starts the second load. It is first measured alone, and its cost is subtracted. */
  beside?(): Promise<Beside>;
  /** Length of one stretch, instead of the default seconds. */
  readonly length?: Length;
  /** Prepares the next stretch; not measured. */
  before?(): Promise<void>;
  /** Runs once after the stretches and returns a note. */
  finish?(): Promise<string | undefined>;
}

export type Cost = Readonly<Record<ShopProcess, number>>;

/** One measured stretch. CPU time in ms for each operation. */
export interface Stretch {
  readonly load: Load;
  readonly cost: Cost;
  /** CPU time of all processes, divided by that of one `hello` in the same seconds. */
  readonly hellos: number;
  /** CPU time in ms and rate of `hello` around the stretch. */
  readonly helloMs: number;
  readonly helloPerSecond: number;
}

/** A line of the table. Values that a row does not measure are omitted. */
export interface Line {
  readonly name: string;
  readonly n?: number;
  readonly clients?: number;
  readonly perSecond?: number;
  /** The rate, divided by that of `hello`. */
  readonly ofHelloRate?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly cost?: Cost;
  readonly hellos?: number;
  /** Hellos of the cheapest and of the most expensive stretch. */
  readonly spread?: readonly [number, number];
  /** The next and the final goal, in hellos unless the text names another unit. */
  readonly goal?: string;
  readonly notes: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly what: string;
  readonly goal?: string;
  /** Prepares the work of a row that is measured in stretches. */
  prepare?(stage: Stage): Promise<Work>;
  /** Measures the row in another way. */
  run?(stage: Stage): Promise<Line[]>;
}
