/** What a row of the table is. */
import type { Client } from './load/client.ts';
import type { Length, Load } from './load/generate.ts';
import type { ShopProcess, Stage } from './stage/stage.ts';

/** A load that goes on beside the measured one, and that is not part of the row's cost. */
export interface Beside {
  /** Operations done so far. */
  done(): number;
  /** Ends the load, waits for what is under way, and checks what it did. Returns a note for the table. */
  stop(): Promise<string>;
}

/** A row's work, ready to be repeated for as long as somebody measures it. */
export interface Work {
  readonly clients: number;
  /** What the load calls; the API unless told. */
  readonly url?: string;
  /** Whether answers leave work to the worker, which is then waited for and counted. */
  readonly settles: boolean;
  operation(client: Client, serial: number): Promise<void>;
  /** Compares what the answers said with the database. `done` counts the operations since the work was prepared. */
  check(done: number): Promise<void>;
  /** Starts the load beside. It is measured alone first, and its cost is taken off. */
  beside?(): Promise<Beside>;
  /** Length of one stretch, in place of the usual seconds. */
  readonly length?: Length;
  /** Prepares the next stretch; not measured. */
  before?(): Promise<void>;
  /** Runs once after the stretches; what it answers becomes a note. */
  finish?(): Promise<string | undefined>;
}

export type Cost = Readonly<Record<ShopProcess, number>>;

/** One measured stretch. CPU in ms an operation. */
export interface Stretch {
  readonly load: Load;
  readonly cost: Cost;
  /** CPU of all processes, divided by that of one `hello` of the same seconds. */
  readonly hellos: number;
  /** CPU ms and rate of the `hello`s around it. */
  readonly helloMs: number;
  readonly helloPerSecond: number;
}

/** A line of the table. Figures that a row has no use for are left out. */
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
  /** The cheapest and the dearest stretch. */
  readonly spread?: readonly [number, number];
  /** What to reach next, and what to aim for, in the unit of `hellos` unless the text says another. */
  readonly goal?: string;
  readonly notes: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly what: string;
  readonly goal?: string;
  /** Prepares a work that is measured in the usual way. */
  prepare?(stage: Stage): Promise<Work>;
  /** Measures in a way of its own. */
  run?(stage: Stage): Promise<Line[]>;
}
