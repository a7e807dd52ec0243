/** Edit and remove buttons of a table row, a confirmation before removal, and the buttons at the end of a dialog. */
import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { queryClient, showDone, showError } from '../lib/queries.ts';

/** Cancel and save buttons at the end of a form in a dialog. */
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
  /** Name of the row's subject, for screen readers. */
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

/** Asks for confirmation, removes the item and refreshes the list. `loss` says what is removed and what stays. */
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
      labels: { confirm: 'Remove', cancel: 'Keep' },
      confirmProps: { color: 'red' },
      onConfirm: () => run.mutate(id),
    });
};
