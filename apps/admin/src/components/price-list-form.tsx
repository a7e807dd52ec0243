/** Form for the terms of a new or existing price list. The currency cannot be changed later. */
import { Button, Modal, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import type { PriceList } from '@cartwright/contracts';
import { fromLocal, toLocal } from '../lib/instants.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';

const toForm = (list: PriceList | null, currency: string) => ({
  name: list?.name ?? '',
  currency: list?.currency ?? currency,
  customerGroup: list?.customerGroup ?? '',
  priority: (list?.priority ?? 0) as number | string,
  startsAt: toLocal(list?.startsAt ?? null),
  endsAt: toLocal(list?.endsAt ?? null),
  active: list?.active ?? true,
});

type Values = ReturnType<typeof toForm>;
type Form = UseFormReturnType<Values>;

const usePriceListForm = (edited: PriceList | null, currency: string): Form =>
  useForm({
    initialValues: toForm(edited, currency),
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      currency: (code) => (/^[A-Z]{3}$/.test(code) ? null : 'Three letters, such as EUR'),
      endsAt: (end, { startsAt }) => (end && startsAt && end <= startsAt ? 'Must be after the start' : null),
    },
  });

/** The fields that can be changed later. */
const toTerms = ({ name, customerGroup, priority, startsAt, endsAt, active }: Values) => ({
  name,
  customerGroup: customerGroup.trim() || null,
  priority: Number(priority),
  startsAt: fromLocal(startsAt),
  endsAt: fromLocal(endsAt),
  active,
});

const TermFields = ({ form, isNew }: { form: Form; isNew: boolean }) => (
  <SimpleGrid cols={{ base: 1, xs: 2 }}>
    <TextInput
      label="Currency"
      required
      maxLength={3}
      disabled={!isNew}
      {...form.getInputProps('currency')}
      onChange={(e) => form.setFieldValue('currency', e.currentTarget.value.toUpperCase())}
    />
    <TextInput label="Customer group" placeholder="Everybody" {...form.getInputProps('customerGroup')} />
    <TextInput type="datetime-local" label="Starts" description="Leave empty to start at once" {...form.getInputProps('startsAt')} />
    <TextInput type="datetime-local" label="Ends" description="Leave empty for no end" {...form.getInputProps('endsAt')} />
    <NumberField
      label="Priority"
      description="The list with the highest priority applies"
      min={-1000}
      max={1000}
      {...form.getInputProps('priority')}
    />
  </SimpleGrid>
);

interface Props {
  readonly edited: PriceList | null;
  readonly currency: string;
  readonly onClose: (saved?: PriceList) => void;
}
export const PriceListForm = ({ edited, currency, onClose }: Props) => {
  const form = usePriceListForm(edited, currency);
  const save = useSave(
    () => {
      const terms = toTerms(form.values);
      return edited
        ? shop.priceLists.update({ id: edited.id, version: edited.version, ...terms })
        : shop.priceLists.create({ currency: form.values.currency, ...terms });
    },
    edited ? 'Price list saved' : 'Price list created',
    ['price-lists', 'price-history'],
    onClose,
    form.values.currency,
    form,
  );
  return (
    <Modal
      opened
      onClose={() => onClose()}
      title={edited ? `Edit ${edited.name}` : 'New price list'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
        <Stack gap="sm">
          <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
          <TermFields form={form} isNew={edited === null} />
          <Switch label="Active" {...form.getInputProps('active', { type: 'checkbox' })} />
          <Button type="submit" loading={save.isPending}>
            {edited ? 'Save price list' : 'Create price list'}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
