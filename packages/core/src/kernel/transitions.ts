import { DomainError } from './domain-error.ts';

/** Which state may become which; a state that leads nowhere is an end. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

export interface Transitions<S extends string> {
  readonly mayBecome: (from: S, to: S) => boolean;
  /** Throws `INVALID_TRANSITION` unless the table allows the step. */
  readonly assertTransition: (from: S, to: S) => void;
}

/** The questions to a table of transitions; `subject` begins the sentence that a refusal is told in, as "An order". */
export const transitionsOf = <S extends string>(subject: string, table: TransitionTable<S>): Transitions<S> => {
  const mayBecome = (from: S, to: S): boolean => table[from].includes(to);
  return {
    mayBecome,
    assertTransition: (from, to) => {
      if (!mayBecome(from, to))
        throw new DomainError('INVALID_TRANSITION', `${subject} that is ${from} cannot become ${to}.`, { details: { from, to } });
    },
  };
};
