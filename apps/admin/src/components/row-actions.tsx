/** Edit and delete buttons of a table row, a confirmation before deletion, and the buttons at the end of a dialog. */
import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useSave } from '../lib/use-save.ts';

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
  readonly mayDelete?: boolean;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}
export const RowActions = ({ name, edit = 'Edit', mayDelete = true, onEdit, onDelete }: Actions) => (
  <Group gap={4} justify="flex-end" wrap="nowrap">
    <Button size="compact-sm" variant="light" aria-label={`${edit} ${name}`} onClick={onEdit}>
      {edit}
    </Button>
    <Button size="compact-sm" variant="subtle" color="red" aria-label={`Delete ${name}`} disabled={!mayDelete} onClick={onDelete}>
      Delete
    </Button>
  </Group>
);

/** Asks for confirmation, deletes the item and refreshes the list. `loss` says what is lost and what stays. */
export const useDeletion = <Id,>(list: string, run: (id: Id) => Promise<unknown>, loss: string) => {
  const deletion = useSave(run, 'Deleted', [list]);
  return (id: Id, name: string) =>
    modals.openConfirmModal({
      title: `Delete ${name}?`,
      children: <Text size="sm">{loss}</Text>,
      labels: { confirm: 'Delete', cancel: 'Keep' },
      confirmProps: { color: 'red' },
      onConfirm: () => deletion.mutate(id),
    });
};
