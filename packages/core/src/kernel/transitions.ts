import { DomainError } from './domain-error.ts';

/** The allowed transitions of each state; a state without any is final. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

export interface Transitions<S extends string> {
  readonly mayBecome: (from: S, to: S) => boolean;
  /** Throws `INVALID_TRANSITION` unless the table allows the step. */
  readonly assertTransition: (from: S, to: S) => void;
}

/** Checks for a transition table; `subject` starts the error message, such as "An order". */
export const transitionsOf = <S extends string>(subject: string, table: TransitionTable<S>): Transitions<S> => {
  const mayBecome = (from: S, to: S): boolean => table[from].includes(to);
  return {
    mayBecome,
    assertTransition: (from, to) => {
      if (!mayBecome(from, to))
        throw new DomainError('INVALID_TRANSITION', `${subject} that is ${from} cannot become ${to}${from === to ? ' again' : ''}.`, {
          details: { from, to },
        });
    },
  };
};
