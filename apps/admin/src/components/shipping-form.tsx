/** Form for a shipping method: its destinations, and its prices by weight and value of the cart. */
import { Button, Group, Modal, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import type { ShippingMethod } from '@cartwright/contracts';
import { blankBand, toShippingMethod, toShippingValues, type ShippingValues } from '../lib/shipping-form.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { ShippingBands } from './shipping-bands.tsx';

type Form = UseFormReturnType<ShippingValues>;

const useShippingForm = (edited: ShippingMethod | null, currency: string): Form =>
  useForm({
    initialValues: toShippingValues(edited, currency),
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      countries: (codes) => (codes.every((code) => /^[A-Z]{2}$/.test(code)) ? null : 'Two letters each, such as DE'),
      regions: (codes) => (codes.every((code) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code)) ? null : 'Use codes such as US-CA'),
      bands: { price: (price) => (price === '' ? 'Required' : null) },
    },
  });

const DestinationFields = ({ form }: { form: Form }) => {
  const upper = (field: 'countries' | 'regions') => (codes: string[]) =>
    form.setFieldValue(
      field,
      codes.map((code) => code.toUpperCase()),
    );
  return (
    <>
      <TagsInput
        label="Countries"
        placeholder="DE"
        description="Leave countries and regions empty for all destinations"
        {...form.getInputProps('countries')}
        onChange={upper('countries')}
      />
      <TagsInput
        label="Regions"
        placeholder="US-CA"
        description="In addition to the countries"
        {...form.getInputProps('regions')}
        onChange={upper('regions')}
      />
    </>
  );
};

const MethodFields = ({ form }: { form: Form }) => (
  <SimpleGrid cols={{ base: 1, xs: 2 }}>
    <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
    <TextInput
      label="Currency"
      required
      maxLength={3}
      {...form.getInputProps('currency')}
      onChange={(e) => form.setFieldValue('currency', e.currentTarget.value.toUpperCase())}
    />
    <DestinationFields form={form} />
    <NumberField label={`Free from (${form.values.currency})`} placeholder="Never" min={0} {...form.getInputProps('freeFrom')} />
    <NumberField label="Position in the list" min={0} max={1000} allowDecimal={false} {...form.getInputProps('position')} />
  </SimpleGrid>
);

export const ShippingForm = ({ edited, currency, onClose }: { edited: ShippingMethod | null; currency: string; onClose: () => void }) => {
  const form = useShippingForm(edited, currency);
  const save = useSave(
    () => {
      const method = toShippingMethod(form.values);
      return edited ? shop.shipping.update({ id: edited.id, version: edited.version, ...method }) : shop.shipping.create(method);
    },
    edited ? 'Shipping method saved' : 'Shipping method added',
    ['shipping-methods'],
    onClose,
    form.values.currency,
    form,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={edited ? `Edit ${edited.name}` : 'New shipping method'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
        <Stack gap="sm">
          <MethodFields form={form} />
          <ShippingBands form={form} />
          <Group justify="space-between">
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => form.insertListItem('bands', { ...blankBand })}>
              Add a price
            </Button>
            <Switch label="Active" {...form.getInputProps('active', { type: 'checkbox' })} />
          </Group>
          <Text size="xs" c="dimmed">
            An empty bound sets no limit. A cart that matches no price is not offered this method.
          </Text>
          <Button type="submit" loading={save.isPending}>
            {edited ? 'Save method' : 'Add method'}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
