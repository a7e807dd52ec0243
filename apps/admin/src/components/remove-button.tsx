/** Remove button that asks for confirmation. The removal cannot be undone. */
import { ActionIcon, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconTrash } from '@tabler/icons-react';

export const RemoveButton = ({ what, consequence, onConfirm }: { what: string; consequence: string; onConfirm: () => void }) => (
  <ActionIcon
    variant="subtle"
    color="red"
    aria-label={`Remove ${what}`}
    onClick={() =>
      modals.openConfirmModal({
        title: `Remove ${what}?`,
        children: <Text size="sm">{consequence}</Text>,
        labels: { confirm: 'Remove', cancel: 'Keep' },
        confirmProps: { color: 'red.8' },
        onConfirm,
      })
    }
  >
    <IconTrash size={16} />
  </ActionIcon>
);
