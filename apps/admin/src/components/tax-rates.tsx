/** Tax rates by country, region and tax class. The form also edits existing rates: saving the same place and class replaces the rate. */
import { Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import type { TaxRate } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ChangeEvent } from 'react';
import { toBasisPoints } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { Empty, Loaded, Pager } from './page.tsx';
import { RowActions, useDeletion } from './row-actions.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 50;
const blank = { countryCode: '', region: '', taxClass: 'standard', name: 'VAT', percent: '' as number | string };
const placeOf = ({ countryCode, region }: Pick<TaxRate, 'countryCode' | 'region'>): string =>
  [countryCode, region].filter(Boolean).join('-');
const nameOf = (rate: TaxRate): string => `${placeOf(rate)} ${rate.taxClass}`;

type Typed = typeof blank;
const toForm = ({ countryCode, region, taxClass, name, basisPoints }: TaxRate): Typed => ({
  countryCode,
  region: region ?? '',
  taxClass,
  name,
  percent: basisPoints / 100,
});

interface FormProps {
  readonly form: UseFormReturnType<Typed>;
  /** Whether a rate for this place and class exists. */
  readonly replaces: boolean;
}
const RateForm = ({ form, replaces }: FormProps) => {
  const rate = form.values;
  const save = useSave(
    () =>
      shop.tax.save({
        countryCode: rate.countryCode,
        ...(rate.region && { region: rate.region }),
        taxClass: rate.taxClass,
        name: rate.name,
        basisPoints: toBasisPoints(rate.percent),
      }),
    'Rate saved',
    ['tax-rates'],
    () => form.setValues(blank),
    undefined,
    { ...form, fieldOf: (path) => (path === 'basisPoints' ? 'percent' : undefined) },
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
          {replaces ? 'Save rate' : 'Add rate'}
        </ScopedButton>
      </Group>
    </form>
  );
};

const RateRow = ({ rate, onEdit, onDelete }: { rate: TaxRate; onEdit: () => void; onDelete: () => void }) => (
  <Table.Tr>
    <Table.Td>{placeOf(rate)}</Table.Td>
    <Table.Td data-label="Tax class">{rate.taxClass}</Table.Td>
    <Table.Td data-label="Name">{rate.name}</Table.Td>
    <Table.Td ta="right" data-label="Rate">
      {rate.basisPoints / 100} %
    </Table.Td>
    <Table.Td>
      <RowActions name={nameOf(rate)} calls={{ edit: 'tax.save', delete: 'tax.delete' }} onEdit={onEdit} onDelete={onDelete} />
    </Table.Td>
  </Table.Tr>
);

const RateTable = ({ rates, onEdit }: { rates: readonly TaxRate[]; onEdit: (rate: Typed) => void }) => {
  const deletion = useDeletion(
    'tax-rates',
    ({ countryCode, region, taxClass }: TaxRate) => shop.tax.delete({ countryCode, taxClass, ...(region && { region }) }),
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
  const replaces = items.some((r) => placeOf(r) === placeOf(rate) && r.taxClass === rate.taxClass);
  return (
    <Stack>
      <RateForm form={form} replaces={replaces} />
      <Text size="sm" c="dimmed">
        The rate of a region applies before the rate of its country, and the rate of a tax class before the standard rate. Changes apply to
        carts at once. Existing orders keep their tax.
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
