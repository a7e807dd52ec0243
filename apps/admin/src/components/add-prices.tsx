/** Adds prices to a list: one by one, or pasted. */
import { Group, Stack, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { PriceList } from '@cartwright/contracts';
import { useState } from 'react';
import { amountProblem, toCents } from '../lib/format.ts';
import { parsePrices } from '../lib/parse-prices.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';
import { VariantSelect } from './variant-select.tsx';

/** The queries that depend on the prices of a list. */
export const priceKeys = ['price-lists', 'price-list-prices', 'price-history'];
export const countOf = (n: number): string => (n === 0 ? 'prices' : n === 1 ? '1 price' : `${n} prices`);

/** Many prices, one per line. */
export const PastePrices = ({ list }: { list: PriceList }) => {
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const parsed = parsePrices(text, list.currency);
  const save = useSave(
    () => shop.priceLists.setPrices({ id: list.id, prices: parsed.rows }),
    'Prices set',
    priceKeys,
    () => setText(''),
    list.currency,
    { values: { text }, setErrors: (errors) => setRefusal(errors['text']), fieldOf: () => 'text' },
  );
  return (
    <Stack gap="xs">
      <Textarea
        label="Many prices"
        description={
          `One price per line: SKU, price in ${list.currency} and optionally the minimum number of units. ` + 'An empty price deletes it.'
        }
        placeholder={'OAK-BOARD; 39.00\nOAK-BOARD; 35.00; 10'}
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setRefusal(undefined);
        }}
        error={parsed.problems[0] ?? refusal}
      />
      <Group justify="flex-end">
        <ScopedButton
          calls="priceLists.setPrices"
          variant="light"
          disabled={parsed.rows.length === 0 || parsed.problems.length > 0}
          loading={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          Set {countOf(parsed.rows.length)}
        </ScopedButton>
      </Group>
    </Stack>
  );
};

/** One price. */
export const AddPrice = ({ list }: { list: PriceList }) => {
  const form = useForm({
    initialValues: { variantId: '', price: '' as number | string, minQuantity: 1 as number | string },
    validate: { price: (typed) => amountProblem(typed, list.currency) },
  });
  const { variantId, price, minQuantity } = form.values;
  const add = useSave(
    () =>
      shop.priceLists.setPrices({
        id: list.id,
        prices: [{ variantId, minQuantity: Number(minQuantity), priceCents: toCents(price, list.currency) }],
      }),
    'Price set',
    priceKeys,
    () => form.setFieldValue('price', ''),
    list.currency,
    form,
  );
  return (
    <Group align="start" gap="sm">
      <div style={{ flex: '1 1 220px' }}>
        <VariantSelect
          label="Variant"
          value={variantId}
          error={form.errors['variantId']}
          onChange={(chosen) => form.setFieldValue('variantId', chosen?.variantId ?? '')}
        />
      </div>
      <NumberField label={`Price (${list.currency})`} w={110} min={0} {...form.getInputProps('price')} />
      <NumberField label="From units" w={100} min={1} max={10_000} allowDecimal={false} {...form.getInputProps('minQuantity')} />
      <ScopedButton
        calls="priceLists.setPrices"
        className="beside-labels"
        disabled={variantId === '' || price === ''}
        loading={add.isPending}
        onClick={() => !form.validate().hasErrors && add.mutate(undefined)}
      >
        Add price
      </ScopedButton>
    </Group>
  );
};
