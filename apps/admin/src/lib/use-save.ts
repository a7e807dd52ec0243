/** Mutation that saves a change and refreshes the lists that depend on it. */
import { useMutation } from '@tanstack/react-query';
import type { FieldForm } from './form-fields.ts';
import { queryClient, showDone, showError, showErrorAt } from './queries.ts';

/**
 * Runs a change, shows a notice, refreshes the queries in `keys` and all simulations, and calls `after`. The error of a refused change is
 * also shown at the fields of `form` that it names. `currency` is that of the amounts in the form, by default that of the shop.
 */
export const useSave = <In, Out>(
  run: (input: In) => Promise<Out>,
  done: string | ((input: In) => string),
  keys: readonly string[],
  after?: (saved: Out, input: In) => void,
  currency?: string,
  form?: FieldForm,
) =>
  useMutation({
    mutationFn: run,
    onSuccess: (saved, input) => {
      showDone(typeof done === 'string' ? done : done(input));
      for (const key of [...keys, 'simulation']) void queryClient.invalidateQueries({ queryKey: [key] });
      after?.(saved, input);
    },
    onError: form ? showErrorAt(form, currency) : showError,
  });
