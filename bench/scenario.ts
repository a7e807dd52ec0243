/** What a benchmark is, and what it answers. */
import type { Costed, Stage } from './stage.ts';

export type Yardstick = 'hello' | 'sql' | 'hash' | 'queue';

/** A line of the table. Numbers that a scenario has no use for are left out. */
export interface Outcome extends Partial<Costed> {
  readonly concurrency?: number;
  /** What the table has no column for. */
  readonly note?: string;
}

export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** What its rate is divided by, the ratio to reach first, and the one to aim for. */
  readonly against?: { readonly yardstick: Yardstick; readonly first: number; readonly aim: number };
  /** Throws when the shop's answers or books are not what they must be. */
  run(stage: Stage): Promise<Outcome>;
}

export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`The benchmark found a wrong answer: ${what}`);
};
