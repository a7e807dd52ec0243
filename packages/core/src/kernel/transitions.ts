import { DomainError } from './domain-error.ts';

/** The allowed transitions of each state; a state without any is final. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The checks of a table of transitions. */
export interface Transitions<S extends string> {
  readonly mayBecome: (from: S, to: S) => boolean;
  /** Throws `INVALID_TRANSITION` unless the table allows the step. `name` names the record in the message, such as "Order ORD-1". */
  readonly assertTransition: (from: S, to: S, name?: string) => void;
}

/** Checks for a transition table; `subject` starts the error message, such as "An order". */
export const transitionsOf = <S extends string>(subject: string, table: TransitionTable<S>): Transitions<S> => {
  const mayBecome = (from: S, to: S): boolean => table[from].includes(to);
  return {
    mayBecome,
    assertTransition: (from, to, name) => {
      if (mayBecome(from, to)) return;
      const start = name === undefined ? `${subject} that is ${from}` : `${name} is ${from} and`;
      throw new DomainError('INVALID_TRANSITION', `${start} cannot become ${to}${from === to ? ' again' : ''}.`, { details: { from, to } });
    },
  };
};
