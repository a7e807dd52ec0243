/** One change of what prices are made of. */
import { useMutation } from '@tanstack/react-query';
import { queryClient, showDone, showError } from './queries.ts';

/** Runs a change, says so, reads the lists under `keys` and every simulation again, and tells `after`. */
export const useSave = <In, Out>(
  run: (input: In) => Promise<Out>,
  done: string,
  keys: readonly string[],
  after?: (saved: Out, input: In) => void,
) =>
  useMutation({
    mutationFn: run,
    onSuccess: (saved, input) => {
      showDone(done);
      for (const key of [...keys, 'simulation']) void queryClient.invalidateQueries({ queryKey: [key] });
      after?.(saved, input);
    },
    onError: showError,
  });
