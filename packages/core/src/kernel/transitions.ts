import { DomainError } from './domain-error.ts';

/** The allowed transitions of each state; a state without any is final. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The checks of a table of transitions. */
export interface Transitions<S extends string> {
  readonly mayBecome: (from: S, to: S) => boolean;
  /**
   * Throws `INVALID_TRANSITION` unless the table allows the step. `name` names the record in the message, such as "Order ORD-1", and
   * `present` its state.
   */
  readonly assertTransition: (from: S, to: S, name?: string, present?: string) => void;
}

/** A status or code as people read it: `in_transit` becomes `in transit`. */
export const plainWords = (state: string): string => state.replaceAll('_', ' ');

/**
 * Checks for a transition table; `subject` starts the error message, such as "An order", and `words` are those that people read for a
 * state.
 */
export const transitionsOf = <S extends string>(
  subject: string,
  table: TransitionTable<S>,
  words: (state: S) => string = plainWords,
): Transitions<S> => {
  const mayBecome = (from: S, to: S): boolean => table[from].includes(to);
  return {
    mayBecome,
    assertTransition: (from, to, name, present = words(from)) => {
      if (mayBecome(from, to)) return;
      const start = name === undefined ? `${subject} that is ${present}` : `${name} is ${present} and`;
      const next = table[from].filter((state) => state !== from).map(words);
      const choice = next.length === 0 ? 'This status is final.' : `It can become ${next.join(' or ')}.`;
      throw new DomainError('INVALID_TRANSITION', `${start} cannot become ${words(to)}${from === to ? ' again' : ''}. ${choice}`, {
        details: { from, to },
      });
    },
  };
};
