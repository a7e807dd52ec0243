/** Form for a shipping method: its destinations, and its prices by weight and value of the cart. */
import {
  ActionIcon,
  Button,
  Fieldset,
  Group,
  Modal,
  NumberInput,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ShippingMethod } from '@cartwright/contracts';
import { toAmount, toCents } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';

type Typed = number | string;
const blankBand = { fromKg: '' as Typed, toKg: '' as Typed, fromValue: '' as Typed, toValue: '' as Typed, price: '' as Typed };
const amountOf = (cents: number | null, currency: string): Typed => (cents === null ? '' : toAmount(cents, currency));
const centsOf = (typed: Typed, currency: string): number | null => (typed === '' ? null : toCents(typed, currency));
const grams = (kg: Typed): number | null => (kg === '' ? null : Math.round(Number(kg) * 1000));

const toForm = (method: ShippingMethod | null, currency: string) => ({
  name: method?.name ?? '',
  currency: method?.currency ?? currency,
  countries: [...(method?.countries ?? [])],
  regions: [...(method?.regions ?? [])],
  freeFrom: method ? amountOf(method.freeFromCents, method.currency) : ('' as Typed),
  position: (method?.position ?? 0) as Typed,
  active: method?.active ?? true,
  bands: method
    ? method.bands.map((band) => ({
        fromKg: (band.minWeightGrams === 0 ? '' : band.minWeightGrams / 1000) as Typed,
        toKg: (band.maxWeightGrams === null ? '' : band.maxWeightGrams / 1000) as Typed,
        fromValue: band.minSubtotalCents === 0 ? '' : amountOf(band.minSubtotalCents, method.currency),
        toValue: amountOf(band.maxSubtotalCents, method.currency),
        price: amountOf(band.priceCents, method.currency),
      }))
    : [{ ...blankBand }],
});

export const ShippingForm = ({ edited, currency, onClose }: { edited: ShippingMethod | null; currency: string; onClose: () => void }) => {
  const form = useForm({
    initialValues: toForm(edited, currency),
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      countries: (codes) => (codes.every((code) => /^[A-Z]{2}$/.test(code)) ? null : 'Two letters each, such as DE'),
      regions: (codes) => (codes.every((code) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code)) ? null : 'Use codes such as US-CA'),
      bands: { price: (price) => (price === '' ? 'Required' : null) },
    },
  });
  const { values } = form;
  const save = useSave(
    () => {
      const fields = {
        name: values.name,
        currency: values.currency,
        countries: values.countries,
        regions: values.regions,
        freeFromCents: centsOf(values.freeFrom, values.currency),
        position: Number(values.position),
        active: values.active,
        bands: values.bands.map((band) => ({
          minWeightGrams: grams(band.fromKg) ?? 0,
          maxWeightGrams: grams(band.toKg),
          minSubtotalCents: centsOf(band.fromValue, values.currency) ?? 0,
          maxSubtotalCents: centsOf(band.toValue, values.currency),
          priceCents: toCents(band.price, values.currency),
        })),
      };
      return edited ? shop.shipping.update({ id: edited.id, version: edited.version, ...fields }) : shop.shipping.create(fields);
    },
    edited ? 'Method changed' : 'Method added',
    ['shipping-methods'],
    onClose,
  );
  const upper = (field: 'countries' | 'regions') => (codes: string[]) =>
    form.setFieldValue(
      field,
      codes.map((code) => code.toUpperCase()),
    );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={edited ? `Change ${edited.name}` : 'New shipping method'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
            <TextInput
              label="Currency"
              required
              maxLength={3}
              {...form.getInputProps('currency')}
              onChange={(e) => form.setFieldValue('currency', e.currentTarget.value.toUpperCase())}
            />
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
            <NumberInput label={`Free from (${values.currency})`} placeholder="Never" min={0} {...form.getInputProps('freeFrom')} />
            <NumberInput label="Position in the list" min={0} max={1000} allowDecimal={false} {...form.getInputProps('position')} />
          </SimpleGrid>
          {values.bands.map((_, i) => (
            <Fieldset key={form.key(`bands.${i}`)} legend={`Price ${i + 1}`} p="sm">
              <Group align="flex-end" gap="xs">
                <NumberInput label="From kg" w={84} hideControls min={0} decimalScale={3} {...form.getInputProps(`bands.${i}.fromKg`)} />
                <NumberInput label="Below kg" w={84} hideControls min={0} decimalScale={3} {...form.getInputProps(`bands.${i}.toKg`)} />
                <NumberInput
                  label={`From value (${values.currency})`}
                  w={96}
                  hideControls
                  min={0}
                  {...form.getInputProps(`bands.${i}.fromValue`)}
                />
                <NumberInput
                  label={`Below value (${values.currency})`}
                  w={100}
                  hideControls
                  min={0}
                  {...form.getInputProps(`bands.${i}.toValue`)}
                />
                <NumberInput
                  label={`Price (${values.currency})`}
                  w={90}
                  hideControls
                  min={0}
                  required
                  {...form.getInputProps(`bands.${i}.price`)}
                />
                {values.bands.length > 1 && (
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    size="lg"
                    aria-label={`Remove price ${i + 1}`}
                    onClick={() => form.removeListItem('bands', i)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                )}
              </Group>
            </Fieldset>
          ))}
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
