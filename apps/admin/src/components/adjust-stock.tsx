/** A dialog that adds or takes away units, with the reason that the ledger keeps. */
import { Button, Checkbox, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
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
    initialValues: { delta: 1, locationId: '', reason: '', force: false },
    validate: {
      delta: (v) => (Number(v) === 0 ? 'More or less than nothing' : null),
      reason: (v) => (v.trim() ? null : 'Say why, for the ledger'),
    },
  });
  const takesAway = Number(form.values.delta) < 0;
  const places = useQuery({ queryKey: ['locations'], queryFn: () => shop.inventory.locations(), enabled: target !== null });
  const open = (places.data?.locations ?? []).filter(({ active }) => active);
  const adjust = useMutation({
    mutationFn: ({ variantId }: AdjustTarget) => {
      const { delta, locationId, reason, force } = form.values;
      const place = open.find(({ id }) => id === locationId);
      return shop.inventory.adjust({
        variantId,
        delta: Number(delta),
        reason,
        ...(place && { locationId: place.id }),
        ...(force && takesAway && { force }),
      });
    },
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
          {open.length > 1 && (
            <Select
              label="Where"
              data={[
                { value: '', label: takesAway ? 'Wherever they lie, by priority' : 'At the default location' },
                ...open.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              allowDeselect={false}
              {...form.getInputProps('locationId')}
            />
          )}
          <TextInput label="Reason" placeholder="Delivery, breakage, count …" {...form.getInputProps('reason')} />
          {takesAway && (
            <Checkbox label="Even below what is promised to carts and orders" {...form.getInputProps('force', { type: 'checkbox' })} />
          )}
          <Button type="submit" loading={adjust.isPending}>
            Adjust
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
