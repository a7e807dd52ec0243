/** A dialog that adds or takes away units, with the reason that the ledger keeps. */
import { Button, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { VariantId } from '@cartwright/contracts';
import { showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { refreshStock } from './stock-forms.tsx';

export interface AdjustTarget {
  readonly variantId: VariantId;
  readonly name: string;
}

export const AdjustStock = ({ target, onClose }: { target: AdjustTarget | null; onClose: () => void }) => {
  const form = useForm({
    initialValues: { delta: 1, reason: '' },
    validate: {
      delta: (v) => (Number(v) === 0 ? 'More or less than nothing' : null),
      reason: (v) => (v.trim() ? null : 'Say why, for the ledger'),
    },
  });
  const adjust = useMutation({
    mutationFn: ({ variantId }: AdjustTarget) =>
      shop.inventory.adjust({ variantId, delta: Number(form.values.delta), reason: form.values.reason }),
    onSuccess: (level) => {
      refreshStock();
      showDone('Stock adjusted', `${level.onHand} on hand, ${level.available} available`);
      form.reset();
      onClose();
    },
    onError: showError,
  });
  return (
    <Modal opened={target !== null} onClose={onClose} title="Adjust stock">
      <form
        onSubmit={form.onSubmit(() => {
          if (target) adjust.mutate(target);
        })}
      >
        <Stack>
          <Text size="sm">{target?.name}</Text>
          <NumberInput
            label="Units"
            description="Negative to take away"
            allowDecimal={false}
            data-autofocus
            {...form.getInputProps('delta')}
          />
          <TextInput label="Reason" placeholder="Delivery, breakage, count …" {...form.getInputProps('reason')} />
          <Button type="submit" loading={adjust.isPending}>
            Adjust
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
