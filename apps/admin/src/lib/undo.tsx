/** Changes that are shown before the shop has answered, and can be taken back. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, type QueryKey } from '@tanstack/react-query';
import { queryClient, showError } from './queries.ts';

/** How long a change can be taken back by one press, in milliseconds. */
const undoMs = 10_000;

/** Says what was done, with a button that takes it back. */
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
  /** What the pages show of it; the change is made there at once. */
  readonly queryKey: QueryKey;
  readonly run: (input: In) => Promise<unknown>;
  readonly show: (before: Shown, input: In) => Shown;
  /** What would bring back what there was; taken down before the change. */
  readonly back: (input: In, before: Shown) => In;
  readonly told: (input: In) => readonly [title: string, message: string];
  /** Lists that are read anew when the shop has answered. */
  readonly stale: readonly QueryKey[];
}

/** A change that shows at once, goes back by itself when the shop refuses it, and can be undone by one press. */
export const useUndoable = <In, Shown>({ queryKey, run, show, back, told, stale }: Options<In, Shown>) => {
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
      const [title, message] = told(input);
      showUndo(title, message, () => change.mutate({ input: back(input, before), isUndo: true }));
    },
    onError: (error, _input, kept) => {
      if (kept?.before !== undefined) queryClient.setQueryData(queryKey, kept.before);
      showError(error);
    },
    onSettled: () => Promise.all(stale.map((key) => queryClient.invalidateQueries({ queryKey: key }))),
  });
  return { isPending: change.isPending, change: (input: In) => change.mutate({ input, isUndo: false }) };
};
