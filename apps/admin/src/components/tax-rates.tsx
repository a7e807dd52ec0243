/** Tax rates by country, region, tax class and name. The form also edits existing rates. */
import { Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import type { TaxRate } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ChangeEvent } from 'react';
import { percentOf, toPartsPerMillion } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { Empty, Loaded, Pager } from './page.tsx';
import { RowActions, useDeletion } from './row-actions.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 50;
const blank = {
  countryCode: '',
  region: '',
  taxClass: 'standard',
  name: 'VAT',
  percent: '' as number | string,
  edited: null as TaxRate | null,
};
const placeOf = ({ countryCode, region }: Pick<TaxRate, 'countryCode' | 'region'>): string =>
  [countryCode, region].filter(Boolean).join('-');
const nameOf = (rate: TaxRate): string => `${placeOf(rate)} ${rate.taxClass} ${rate.name}`;

type Typed = typeof blank;
const toForm = (rate: TaxRate): Typed => ({
  countryCode: rate.countryCode,
  region: rate.region ?? '',
  taxClass: rate.taxClass,
  name: rate.name,
  percent: rate.ratePpm / 10_000,
  edited: rate,
});
const isAt = (rate: TaxRate, { countryCode, region, taxClass }: Typed): boolean =>
  rate.countryCode === countryCode && (rate.region ?? '') === region && rate.taxClass === taxClass;

interface FormProps {
  readonly form: UseFormReturnType<Typed>;
  /** The rates of the place and class in the form. */
  readonly rates: readonly TaxRate[];
}
const RateForm = ({ form, rates }: FormProps) => {
  const rate = form.values;
  // Another place or class makes it another rate: the edited one stays as it is.
  const replaces = rate.edited && isAt(rate.edited, rate) ? rate.edited.name : undefined;
  const beside = rates.filter(({ name }) => name !== rate.name && name !== replaces);
  const exists = replaces !== undefined || rates.some(({ name }) => name === rate.name);
  const save = useSave(
    () =>
      shop.tax.save({
        countryCode: rate.countryCode,
        ...(rate.region && { region: rate.region }),
        taxClass: rate.taxClass,
        name: rate.name,
        ratePpm: toPartsPerMillion(rate.percent),
        ...(replaces !== undefined && replaces !== rate.name && { replaces }),
      }),
    'Rate saved',
    ['tax-rates'],
    () => form.setValues(blank),
    undefined,
    { ...form, fieldOf: (path) => (path === 'ratePpm' ? 'percent' : undefined) },
  );
  const inUpperCase = (name: 'countryCode' | 'region') => ({
    // The reason of a refusal does not fit below a short field.
    w: form.errors[name] ? 220 : 90,
    ...form.getInputProps(name),
    onChange: (e: ChangeEvent<HTMLInputElement>) => form.setFieldValue(name, e.currentTarget.value.toUpperCase()),
  });
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Group align="start" gap="sm">
        <TextInput label="Country" placeholder="DE" maxLength={2} required {...inUpperCase('countryCode')} />
        <TextInput label="Region" placeholder="All" maxLength={3} {...inUpperCase('region')} />
        <TextInput label="Tax class" w={130} required {...form.getInputProps('taxClass')} />
        <TextInput label="Name" w={140} required {...form.getInputProps('name')} />
        <NumberField label="Percent" w={100} min={0} max={100} required {...form.getInputProps('percent')} />
        <ScopedButton calls="tax.save" type="submit" className="beside-labels" disabled={rate.percent === ''} loading={save.isPending}>
          {exists ? 'Save rate' : 'Add rate'}
        </ScopedButton>
      </Group>
      {beside.length > 0 && (
        <Text size="sm" mt={4}>
          Applies beside {beside.map(({ name, ratePpm }) => `${name} ${percentOf(ratePpm)}`).join(', ')}. To replace a rate, edit or delete
          it.
        </Text>
      )}
    </form>
  );
};

const RateRow = ({ rate, onEdit, onDelete }: { rate: TaxRate; onEdit: () => void; onDelete: () => void }) => (
  <Table.Tr>
    <Table.Td>{placeOf(rate)}</Table.Td>
    <Table.Td data-label="Tax class">{rate.taxClass}</Table.Td>
    <Table.Td data-label="Name">{rate.name}</Table.Td>
    <Table.Td ta="right" data-label="Rate">
      {percentOf(rate.ratePpm)}
    </Table.Td>
    <Table.Td>
      <RowActions name={nameOf(rate)} calls={{ edit: 'tax.save', delete: 'tax.delete' }} onEdit={onEdit} onDelete={onDelete} />
    </Table.Td>
  </Table.Tr>
);

const RateTable = ({ rates, onEdit }: { rates: readonly TaxRate[]; onEdit: (rate: Typed) => void }) => {
  const deletion = useDeletion(
    'tax-rates',
    ({ countryCode, region, taxClass, name }: TaxRate) => shop.tax.delete({ countryCode, taxClass, name, ...(region && { region }) }),
    'Carts for this place then use the next matching rate, or no tax.',
  );
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing="xs" className="stacks" aria-label="Tax rates">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Country or region</Table.Th>
            <Table.Th>Tax class</Table.Th>
            <Table.Th>Name</Table.Th>
            <Table.Th ta="right">Rate</Table.Th>
            <Table.Th w={150} aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rates.map((rate) => (
            <RateRow key={nameOf(rate)} rate={rate} onEdit={() => onEdit(toForm(rate))} onDelete={() => deletion(rate, nameOf(rate))} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
};

export const TaxRates = () => {
  const form = useForm({ initialValues: blank });
  const { values: rate } = form;
  const [page, setPage] = useState(1);
  const rates = useQuery({
    queryKey: ['tax-rates', page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.tax.list({ page, pageSize }),
  });
  const items = rates.data?.items ?? [];
  return (
    <Stack>
      <RateForm form={form} rates={items.filter((one) => isAt(one, rate))} />
      <Text size="sm" c="dimmed">
        The rates of a region apply before those of its country, and the rates of a tax class before the standard rates. Rates of one place
        and class with different names all apply, such as GST and QST. Changes apply to carts at once. Existing orders keep their tax.
      </Text>
      <Loaded query={rates} rows={3}>
        {items.length === 0 ? (
          <Empty title="No tax rates yet">
            Orders to a country without a tax rate are not taxed. Add the first rate with the form above.
          </Empty>
        ) : (
          <RateTable rates={items} onEdit={form.setValues} />
        )}
        <Pager page={page} pageSize={pageSize} totalCount={rates.data?.totalCount ?? 0} onChange={setPage} />
      </Loaded>
    </Stack>
  );
};
