/** Edit and delete buttons of a row, a confirmation before deletion, and the buttons at the end of a dialog. */
import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { StaffProcedure } from '../lib/scopes.gen.ts';
import { useSave } from '../lib/use-save.ts';
import { ScopedButton } from './scoped-button.tsx';

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
  /** The procedures that save an edit, and that delete. */
  readonly calls: { readonly edit: StaffProcedure; readonly delete: StaffProcedure };
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}
export const RowActions = ({ name, edit = 'Edit', mayDelete = true, calls, onEdit, onDelete }: Actions) => (
  <Group gap={4} justify="flex-end" wrap="nowrap">
    <ScopedButton calls={calls.edit} size="compact-sm" variant="light" aria-label={`${edit} ${name}`} onClick={onEdit}>
      {edit}
    </ScopedButton>
    <ScopedButton
      calls={calls.delete}
      size="compact-sm"
      variant="subtle"
      color="red"
      aria-label={`Delete ${name}`}
      disabled={!mayDelete}
      onClick={onDelete}
    >
      Delete
    </ScopedButton>
  </Group>
);

/** Asks for confirmation, deletes the item and refreshes the list. `loss` says what is lost and what stays. */
export const useDeletion = <Id,>(list: string, run: (id: Id) => Promise<unknown>, loss: string) => {
  const deletion = useSave(
    ({ id }: { id: Id; name: string }) => run(id),
    ({ name }) => `${name} was deleted`,
    [list],
  );
  return (id: Id, name: string) =>
    modals.openConfirmModal({
      title: `Delete ${name}?`,
      children: <Text size="sm">{loss}</Text>,
      labels: { confirm: 'Delete', cancel: 'Keep' },
      confirmProps: { color: 'red.8' },
      onConfirm: () => deletion.mutate({ id, name }),
    });
};
