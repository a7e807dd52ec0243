/** Dialog that adds or removes units. The ledger stores the reason. */
import { Button, Checkbox, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { StockLocation, VariantId } from '@cartwright/contracts';
import { showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { availableInSentence } from '../lib/stock-words.ts';
import { NumberField } from './number-field.tsx';
import { refreshStock } from './stock-forms.tsx';

export interface AdjustTarget {
  readonly variantId: VariantId;
  readonly name: string;
}

const initialValues = { delta: 1, locationId: '', reason: '', force: false };
type Values = typeof initialValues;

/** The open locations of the shop. They are loaded when the dialog opens. */
const useOpenLocations = (isShown: boolean): readonly StockLocation[] => {
  const query = useQuery({ queryKey: ['locations'], queryFn: () => shop.inventory.locations(), enabled: isShown });
  return (query.data?.locations ?? []).filter(({ active }) => active);
};

const LocationSelect = ({ form, locations }: { form: UseFormReturnType<Values>; locations: readonly StockLocation[] }) => {
  if (locations.length < 2) return null;
  const isRemoval = Number(form.values.delta) < 0;
  return (
    <Select
      label="Location"
      data={[
        { value: '', label: isRemoval ? 'Any location, by priority' : 'Default location' },
        ...locations.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      allowDeselect={false}
      {...form.getInputProps('locationId')}
    />
  );
};

export const AdjustStock = ({ target, onClose }: { target: AdjustTarget | null; onClose: () => void }) => {
  const form = useForm<Values>({
    initialValues,
    validate: {
      delta: (v) => (Number(v) === 0 ? 'Enter a number other than 0' : null),
      reason: (v) => (v.trim() ? null : 'Enter a reason'),
    },
  });
  const isRemoval = Number(form.values.delta) < 0;
  const locations = useOpenLocations(target !== null);
  const adjust = useMutation({
    mutationFn: ({ variantId }: AdjustTarget) => {
      const { delta, locationId, reason, force } = form.values;
      const location = locations.find(({ id }) => id === locationId);
      return shop.inventory.adjust({
        variantId,
        delta: Number(delta),
        reason,
        ...(location && { locationId: location.id }),
        ...(force && isRemoval && { force }),
      });
    },
    onSuccess: (level) => {
      refreshStock();
      showDone('Stock adjusted', `${level.onHand} on hand, ${availableInSentence(level)}`);
      form.reset();
      onClose();
    },
    onError: showErrorAt(form),
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
          <NumberField
            label="Units"
            description="Enter a negative number to remove units"
            allowDecimal={false}
            data-autofocus
            {...form.getInputProps('delta')}
          />
          <LocationSelect form={form} locations={locations} />
          <TextInput label="Reason" placeholder="Delivery, breakage, count …" {...form.getInputProps('reason')} />
          {isRemoval && (
            <Checkbox
              label="Allow stock below what is reserved for carts and orders"
              {...form.getInputProps('force', { type: 'checkbox' })}
            />
          )}
          <Button type="submit" loading={adjust.isPending}>
            Adjust
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
