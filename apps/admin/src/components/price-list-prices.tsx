/** The prices of one list: edited in the table, added one by one, or pasted in bulk. */
import { Card, Group, NumberInput, Stack, Table, Text, Textarea } from '@mantine/core';
import { type PriceList } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toAmount, toCents } from '../lib/format.ts';
import { parsePrices } from '../lib/parse-prices.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { fieldInCell } from './number-cell.tsx';
import { Empty, Loaded, Pager } from './page.tsx';
import { DeleteButton } from './delete-button.tsx';
import { VariantSelect } from './variant-select.tsx';
import { ScopedButton } from './scoped-button.tsx';

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
    list.currency,
  );
  return (
    <Stack gap="xs">
      <Textarea
        label="Many prices"
        description={`One price per line: SKU, price in ${list.currency} and optionally the minimum number of units. An empty price deletes it.`}
        placeholder={'OAK-BOARD; 39.00\nOAK-BOARD; 35.00; 10'}
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        error={parsed.problems[0]}
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
    list.currency,
  );
  return (
    <Group align="end" gap="sm">
      <div style={{ flex: '1 1 220px' }}>
        <VariantSelect label="Variant" value={variantId} onChange={(chosen) => setVariantId(chosen?.variantId ?? null)} />
      </div>
      <NumberInput label={`Price (${list.currency})`} w={110} min={0} value={amount} onChange={setAmount} />
      <NumberInput label="From units" w={100} min={1} max={10_000} allowDecimal={false} value={from} onChange={setFrom} />
      <ScopedButton
        calls="priceLists.setPrices"
        disabled={variantId === null || amount === ''}
        loading={add.isPending}
        onClick={() => add.mutate(undefined)}
      >
        Add price
      </ScopedButton>
    </Group>
  );
};

interface NewPrice {
  readonly variantId: string;
  readonly minQuantity: number;
  /** As it was typed; null deletes the price. */
  readonly amount: number | string | null;
}
/** What was typed into the table, by `keyOf` of the price. */
type Typed = Readonly<Record<string, number | string>>;

/** The typed prices that differ from the saved ones. */
const editsOf = (entries: readonly Entry[], typed: Typed, currency: string): NewPrice[] =>
  entries.flatMap((entry) => {
    const amount = typed[keyOf(entry)];
    if (amount === undefined || amount === '') return [];
    const { variantId, minQuantity, priceCents } = entry;
    return Number(amount) === toAmount(priceCents, currency) ? [] : [{ variantId, minQuantity, amount }];
  });

interface RowProps {
  readonly entry: Entry;
  readonly currency: string;
  readonly typed: number | string | undefined;
  readonly onTyped: (amount: number | string) => void;
  readonly onDelete: () => void;
}
const PriceRow = ({ entry, currency, typed, onTyped, onDelete }: RowProps) => {
  const { sku, productName, minQuantity, priceCents } = entry;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{productName}</Text>
        <Text size="xs" c="dimmed" className="mono">
          {sku}
        </Text>
      </Table.Td>
      <Table.Td ta="right" data-label="From units">
        {minQuantity}
      </Table.Td>
      <Table.Td data-label={`Price (${currency})`}>
        <NumberInput
          {...fieldInCell}
          w={110}
          aria-label={`Price of ${sku} from ${minQuantity}`}
          min={0}
          value={typed ?? toAmount(priceCents, currency)}
          onChange={onTyped}
        />
      </Table.Td>
      <Table.Td>
        <DeleteButton
          what={`${sku} from ${minQuantity}`}
          calls="priceLists.setPrices"
          consequence="Customers then pay the price of another list that applies, or the product's own price."
          onConfirm={onDelete}
        />
      </Table.Td>
    </Table.Tr>
  );
};

interface TableProps {
  readonly list: PriceList;
  readonly entries: readonly Entry[];
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
  readonly onDelete: (price: NewPrice) => void;
}
const PriceTable = ({ list, entries, typed, onTyped, onDelete }: TableProps) => (
  <Table.ScrollContainer minWidth={440}>
    <Table verticalSpacing={6} className="stacks" aria-label={`Prices of ${list.name}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Variant</Table.Th>
          <Table.Th ta="right">From units</Table.Th>
          <Table.Th w={140} ta="right">
            Price ({list.currency})
          </Table.Th>
          <Table.Th w={40} aria-label="Delete" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <PriceRow
            key={keyOf(entry)}
            entry={entry}
            currency={list.currency}
            typed={typed[keyOf(entry)]}
            onTyped={(amount) => onTyped({ ...typed, [keyOf(entry)]: amount })}
            onDelete={() => onDelete({ variantId: entry.variantId, minQuantity: entry.minQuantity, amount: null })}
          />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

export const PriceListPrices = ({ list }: { list: PriceList }) => {
  const [page, setPage] = useState(1);
  const [typed, setTyped] = useState<Typed>({});
  const prices = useQuery({
    queryKey: ['price-list-prices', list.id, page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.priceLists.prices({ id: list.id, page, pageSize }),
  });
  const set = useSave(
    (changed: readonly NewPrice[]) => {
      const prices = changed.map(({ amount, ...price }) => ({
        ...price,
        priceCents: amount === null ? null : toCents(amount, list.currency),
      }));
      return shop.priceLists.setPrices({ id: list.id, prices });
    },
    'Prices saved',
    keys,
    () => setTyped({}),
    list.currency,
  );
  const entries = prices.data?.items ?? [];
  const edits = editsOf(entries, typed, list.currency);
  return (
    <Card withBorder>
      <Stack>
        <Group justify="space-between">
          <Text component="h2" fw={600} fz="md">
            Prices of {list.name}
          </Text>
          <ScopedButton
            calls="priceLists.setPrices"
            disabled={edits.length === 0}
            loading={set.isPending}
            onClick={() => set.mutate(edits)}
          >
            Save {countOf(edits.length)}
          </ScopedButton>
        </Group>
        <Loaded query={prices}>
          {entries.length === 0 ? (
            <Empty title="No prices yet">
              Add the first price below. A variant that is not in the list keeps its own price, if that is in the same currency.
            </Empty>
          ) : (
            <PriceTable list={list} entries={entries} typed={typed} onTyped={setTyped} onDelete={(price) => set.mutate([price])} />
          )}
          <Pager page={page} pageSize={pageSize} totalCount={prices.data?.totalCount ?? 0} onChange={setPage} />
        </Loaded>
        <AddPrice list={list} />
        <Bulk list={list} />
      </Stack>
    </Card>
  );
};
