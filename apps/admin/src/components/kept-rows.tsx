/** Rows of things that staff keeps: edit and remove on each, remove only after a second look, and the end of their dialog. */
import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { queryClient, showDone, showError } from '../lib/queries.ts';

/** Cancel and save, as every form in a dialog ends. */
export const DialogEnd = ({ label, isSaving, onClose }: { label: string; isSaving: boolean; onClose: () => void }) => (
  <Group justify="flex-end">
    <Button variant="default" onClick={onClose}>
      Cancel
    </Button>
    <Button type="submit" loading={isSaving}>
      {label}
    </Button>
  </Group>
);

interface Actions {
  /** What the row is about, for those who hear the page. */
  readonly name: string;
  readonly edit?: string;
  readonly mayRemove?: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}
export const RowActions = ({ name, edit = 'Edit', mayRemove = true, onEdit, onRemove }: Actions) => (
  <Group gap={4} justify="flex-end" wrap="nowrap">
    <Button size="compact-sm" variant="light" aria-label={`${edit} ${name}`} onClick={onEdit}>
      {edit}
    </Button>
    <Button size="compact-sm" variant="subtle" color="red" aria-label={`Remove ${name}`} disabled={!mayRemove} onClick={onRemove}>
      Remove
    </Button>
  </Group>
);

/** Asks, removes, and has the list read anew. `loss` says what goes and what stays. */
export const useRemoval = <Id,>(list: string, remove: (id: Id) => Promise<unknown>, loss: string) => {
  const run = useMutation({
    mutationFn: remove,
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: [list] });
      showDone('Removed');
    },
    onError: showError,
  });
  return (id: Id, name: string) =>
    modals.openConfirmModal({
      title: `Remove ${name}?`,
      children: <Text size="sm">{loss}</Text>,
      labels: { confirm: 'Remove', cancel: 'Keep it' },
      confirmProps: { color: 'red' },
      onConfirm: () => run.mutate(id),
    });
};
