/** Delete button that asks for confirmation. A deletion cannot be undone. */
import { ActionIcon, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconTrash } from '@tabler/icons-react';
import { useMay } from '../lib/grants.ts';
import type { StaffProcedure } from '../lib/scopes.gen.ts';

interface Props {
  readonly what: string;
  readonly consequence: string;
  /** The procedure that deletes. */
  readonly calls: StaffProcedure;
  readonly onConfirm: () => void;
}
export const DeleteButton = ({ what, consequence, calls, onConfirm }: Props) => (
  <ActionIcon
    variant="subtle"
    color="red"
    aria-label={`Delete ${what}`}
    disabled={!useMay()(calls)}
    onClick={() =>
      modals.openConfirmModal({
        title: `Delete ${what}?`,
        children: <Text size="sm">{consequence}</Text>,
        labels: { confirm: 'Delete', cancel: 'Keep' },
        confirmProps: { color: 'red.8' },
        onConfirm,
      })
    }
  >
    <IconTrash size={16} />
  </ActionIcon>
);
