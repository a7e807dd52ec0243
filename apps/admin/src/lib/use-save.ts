/** Mutation that saves a change and refreshes the lists that depend on it. */
import { useMutation } from '@tanstack/react-query';
import { queryClient, showDone, showError, showErrorWith } from './queries.ts';

/**
 * Runs a change, shows a notice, refreshes the queries in `keys` and all simulations, and calls `after`. `currency` is that of the amounts
 * in the form, by default that of the shop.
 */
export const useSave = <In, Out>(
  run: (input: In) => Promise<Out>,
  done: string,
  keys: readonly string[],
  after?: (saved: Out, input: In) => void,
  currency?: string,
) =>
  useMutation({
    mutationFn: run,
    onSuccess: (saved, input) => {
      showDone(done);
      for (const key of [...keys, 'simulation']) void queryClient.invalidateQueries({ queryKey: [key] });
      after?.(saved, input);
    },
    onError: currency === undefined ? showError : showErrorWith(currency),
  });
