/** The prices of one list: edited in the table, added one by one, or pasted in bulk. */
import { Button, Card, Group, NumberInput, Stack, Table, Text, Textarea } from '@mantine/core';
import { currencyExponent, type PriceList } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toAmount, toCents } from '../lib/format.ts';
import { parsePrices } from '../lib/parse-prices.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { Empty, Loaded, Pager } from './page.tsx';
import { RemoveButton } from './remove-button.tsx';
import { VariantSelect } from './variant-select.tsx';

const pageSize = 20;
type Entry = Awaited<ReturnType<typeof shop.priceLists.prices>>['items'][number];
const keyOf = (entry: Pick<Entry, 'variantId' | 'minQuantity'>) => `${entry.variantId}|${entry.minQuantity}`;
const countOf = (n: number): string => (n === 0 ? 'prices' : n === 1 ? '1 price' : `${n} prices`);
const keys = ['price-lists', 'price-list-prices', 'price-history'];

const Bulk = ({ list }: { list: PriceList }) => {
  const [text, setText] = useState('');
  const parsed = parsePrices(text, list.currency);
  const save = useSave(
    () => shop.priceLists.setPrices({ id: list.id, prices: parsed.rows }),
    'Prices set',
    keys,
    () => setText(''),
  );
  return (
    <Stack gap="xs">
      <Textarea
        label="Many prices"
        description={`One price per line: SKU, price in ${list.currency} and optionally the minimum number of units. An empty price removes it.`}
        placeholder={'OAK-BOARD; 39.00\nOAK-BOARD; 35.00; 10'}
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        error={parsed.problems[0]}
      />
      <Group justify="flex-end">
        <Button
          variant="light"
          disabled={parsed.rows.length === 0 || parsed.problems.length > 0}
          loading={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          Set {countOf(parsed.rows.length)}
        </Button>
      </Group>
    </Stack>
  );
};

const AddPrice = ({ list }: { list: PriceList }) => {
  const [variantId, setVariantId] = useState<string | null>(null);
  const [amount, setAmount] = useState<number | string>('');
  const [from, setFrom] = useState<number | string>(1);
  const add = useSave(
    () =>
      shop.priceLists.setPrices({
        id: list.id,
        prices: [{ variantId: variantId ?? '', minQuantity: Number(from), priceCents: toCents(amount, list.currency) }],
      }),
    'Price set',
    keys,
    () => setAmount(''),
  );
  return (
    <Group align="end" gap="sm">
      <div style={{ flex: '1 1 220px' }}>
        <VariantSelect label="Variant" value={variantId} onChange={(chosen) => setVariantId(chosen?.variantId ?? null)} />
      </div>
      <NumberInput
        label={`Price (${list.currency})`}
        w={110}
        min={0}
        decimalScale={currencyExponent(list.currency)}
        value={amount}
        onChange={setAmount}
      />
      <NumberInput label="From units" w={100} min={1} max={10_000} allowDecimal={false} value={from} onChange={setFrom} />
      <Button disabled={variantId === null || amount === ''} loading={add.isPending} onClick={() => add.mutate(undefined)}>
        Add price
      </Button>
    </Group>
  );
};

export const PriceListPrices = ({ list }: { list: PriceList }) => {
  const [page, setPage] = useState(1);
  const [changed, setChanged] = useState<Record<string, number | string>>({});
  const prices = useQuery({
    queryKey: ['price-list-prices', list.id, page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.priceLists.prices({ id: list.id, page, pageSize }),
  });
  const set = useSave(
    (entries: { variantId: string; minQuantity: number; priceCents: number | null }[]) =>
      shop.priceLists.setPrices({ id: list.id, prices: entries }),
    'Prices saved',
    keys,
    () => setChanged({}),
  );
  const items = prices.data?.items ?? [];
  const edits = items.flatMap((entry) => {
    const typed = changed[keyOf(entry)];
    if (typed === undefined || typed === '') return [];
    const priceCents = toCents(typed, list.currency);
    return priceCents === entry.priceCents ? [] : [{ variantId: entry.variantId, minQuantity: entry.minQuantity, priceCents }];
  });
  return (
    <Card withBorder>
      <Stack>
        <Group justify="space-between">
          <Text component="h2" fw={600} fz="md">
            Prices of {list.name}
          </Text>
          <Button disabled={edits.length === 0} loading={set.isPending} onClick={() => set.mutate(edits)}>
            Save {countOf(edits.length)}
          </Button>
        </Group>
        <Loaded query={prices}>
          {items.length === 0 ? (
            <Empty title="No prices yet">A variant that is not in the list keeps its own price, if that is in the same currency.</Empty>
          ) : (
            <Table.ScrollContainer minWidth={440}>
              <Table verticalSpacing={6} className="stacks" aria-label={`Prices of ${list.name}`}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Variant</Table.Th>
                    <Table.Th ta="right">From</Table.Th>
                    <Table.Th w={140}>Price in {list.currency}</Table.Th>
                    <Table.Th w={40} aria-label="Remove" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((entry) => (
                    <Table.Tr key={keyOf(entry)}>
                      <Table.Td>
                        <Text size="sm">{entry.productName}</Text>
                        <Text size="xs" c="dimmed" className="mono">
                          {entry.sku}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right" data-label="From">
                        {entry.minQuantity}
                      </Table.Td>
                      <Table.Td data-label={`Price in ${list.currency}`}>
                        <NumberInput
                          size="xs"
                          aria-label={`Price of ${entry.sku} from ${entry.minQuantity}`}
                          min={0}
                          hideControls
                          value={changed[keyOf(entry)] ?? toAmount(entry.priceCents, list.currency)}
                          onChange={(value) => setChanged({ ...changed, [keyOf(entry)]: value })}
                        />
                      </Table.Td>
                      <Table.Td>
                        <RemoveButton
                          what={`${entry.sku} from ${entry.minQuantity}`}
                          consequence="Buyers then pay the price of another list that applies, or the product's own price."
                          onConfirm={() => set.mutate([{ variantId: entry.variantId, minQuantity: entry.minQuantity, priceCents: null }])}
                        />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          <Pager page={page} pageSize={pageSize} totalCount={prices.data?.totalCount ?? 0} onChange={setPage} />
        </Loaded>
        <AddPrice list={list} />
        <Bulk list={list} />
      </Stack>
    </Card>
  );
};
