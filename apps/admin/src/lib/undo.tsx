/** Changes that are shown before the API has answered, and that can be undone. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, type QueryKey } from '@tanstack/react-query';
import { queryClient, showError } from './queries.ts';

/** How long the undo button is shown, in milliseconds. */
const undoMs = 10_000;

/** Shows a notice about a change, with a button that undoes it. */
export const showUndo = (title: string, message: string, undo: () => void): void => {
  const id = notifications.show({
    color: 'teal',
    title,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="xs" py={2}>
        <span>{message}</span>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
    autoClose: undoMs,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
};

interface Options<In, Shown> {
  /** The cached query that the change updates at once. */
  readonly queryKey: QueryKey;
  readonly run: (input: In) => Promise<unknown>;
  readonly show: (before: Shown, input: In) => Shown;
  /** The input that restores the state before the change. */
  readonly back: (input: In, before: Shown) => In;
  readonly notice: (input: In) => readonly [title: string, message: string];
  /** Lists that are refreshed when the API has answered. */
  readonly stale: readonly QueryKey[];
}

/** A change that shows at once, is reverted if the API rejects it, and can be undone with one click. */
export const useUndoable = <In, Shown>({ queryKey, run, show, back, notice, stale }: Options<In, Shown>) => {
  const change = useMutation({
    mutationFn: ({ input }: { input: In; isUndo: boolean }) => run(input),
    onMutate: async ({ input }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Shown>(queryKey);
      if (before !== undefined) queryClient.setQueryData(queryKey, show(before, input));
      return { before };
    },
    onSuccess: (_answer, { input, isUndo }, { before }) => {
      if (isUndo || before === undefined) return;
      const [title, message] = notice(input);
      showUndo(title, message, () => change.mutate({ input: back(input, before), isUndo: true }));
    },
    onError: (error, _input, context) => {
      if (context?.before !== undefined) queryClient.setQueryData(queryKey, context.before);
      showError(error);
    },
    onSettled: () => Promise.all(stale.map((key) => queryClient.invalidateQueries({ queryKey: key }))),
  });
  return { isPending: change.isPending, change: (input: In) => change.mutate({ input, isUndo: false }) };
};
