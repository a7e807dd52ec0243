/** The prices of a shipping method in its form: each applies to carts within its bounds of weight and value. */
import { ActionIcon, Fieldset, Group } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconX } from '@tabler/icons-react';
import type { ShippingValues } from '../lib/shipping-form.ts';
import { NumberField } from './number-field.tsx';

interface Props {
  readonly form: UseFormReturnType<ShippingValues>;
}

const BandFields = ({ form, index, canRemove }: Props & { index: number; canRemove: boolean }) => {
  const { currency } = form.values;
  const field = `bands.${index}`;
  const plain = { hideControls: true, min: 0 };
  return (
    <Fieldset legend={`Price ${index + 1}`} p="sm">
      <Group align="start" gap="xs">
        <NumberField label="From kg" w={84} {...plain} {...form.getInputProps(`${field}.minWeight`)} />
        <NumberField label="Below kg" w={84} {...plain} {...form.getInputProps(`${field}.maxWeight`)} />
        <NumberField label={`From value (${currency})`} w={96} {...plain} {...form.getInputProps(`${field}.minSubtotal`)} />
        <NumberField label={`Below value (${currency})`} w={100} {...plain} {...form.getInputProps(`${field}.maxSubtotal`)} />
        <NumberField label={`Price (${currency})`} w={90} required {...plain} {...form.getInputProps(`${field}.price`)} />
        {canRemove && (
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            className="beside-labels"
            aria-label={`Remove price ${index + 1}`}
            onClick={() => form.removeListItem('bands', index)}
          >
            <IconX size={16} />
          </ActionIcon>
        )}
      </Group>
    </Fieldset>
  );
};

export const ShippingBands = ({ form }: Props) =>
  form.values.bands.map((_, index) => (
    <BandFields key={form.key(`bands.${index}`)} form={form} index={index} canRemove={form.values.bands.length > 1} />
  ));
