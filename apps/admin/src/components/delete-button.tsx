/** Delete button that asks for confirmation. A deletion cannot be undone. */
import { ActionIcon, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconTrash } from '@tabler/icons-react';

export const DeleteButton = ({ what, consequence, onConfirm }: { what: string; consequence: string; onConfirm: () => void }) => (
  <ActionIcon
    variant="subtle"
    color="red"
    aria-label={`Delete ${what}`}
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
