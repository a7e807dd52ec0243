/** The prices of one list, which are edited in their table. */
import { Card, Group, Stack, Table, Text } from '@mantine/core';
import { type PriceList } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toAmount, toCents } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { AddPrice, countOf, PastePrices, priceKeys } from './add-prices.tsx';
import { fieldInCell } from './number-cell.tsx';
import { NumberField } from './number-field.tsx';
import { Empty, Loaded, Pager } from './page.tsx';
import { DeleteButton } from './delete-button.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 20;
type Entry = Awaited<ReturnType<typeof shop.priceLists.prices>>['items'][number];
const keyOf = (entry: Pick<NewPrice, 'variantId' | 'minQuantity'>) => `${entry.variantId}|${entry.minQuantity}`;

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
  readonly error: string | undefined;
  readonly onTyped: (amount: number | string) => void;
  readonly onDelete: () => void;
}
const PriceRow = ({ entry, currency, typed, error, onTyped, onDelete }: RowProps) => {
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
        <NumberField
          {...fieldInCell}
          w={110}
          aria-label={`Price of ${sku} from ${minQuantity}`}
          min={0}
          value={typed ?? toAmount(priceCents, currency)}
          error={error}
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
  /** Why the typed prices were refused, by `keyOf` of the price. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onTyped: (typed: Typed) => void;
  readonly onDelete: (price: NewPrice) => void;
}
const PriceTable = ({ list, entries, typed, errors, onTyped, onDelete }: TableProps) => (
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
            error={errors[keyOf(entry)]}
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
  const [errors, setErrors] = useState<Record<string, string>>({});
  const prices = useQuery({
    queryKey: ['price-list-prices', list.id, page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.priceLists.prices({ id: list.id, page, pageSize }),
  });
  const entries = prices.data?.items ?? [];
  const edits = editsOf(entries, typed, list.currency);
  const priceFieldOf = (path: string): string | undefined => {
    const edit = edits[Number(/^prices\.(\d+)\./.exec(path)?.[1])];
    return edit && keyOf(edit);
  };
  const set = useSave(
    (changed: readonly NewPrice[]) => {
      const prices = changed.map(({ amount, ...price }) => ({
        ...price,
        priceCents: amount === null ? null : toCents(amount, list.currency),
      }));
      return shop.priceLists.setPrices({ id: list.id, prices });
    },
    'Prices saved',
    priceKeys,
    (_, changed) => {
      // What was typed on another page, or beside a deleted price, is not saved yet.
      const saved = new Set(changed.map(keyOf));
      setTyped((before) => Object.fromEntries(Object.entries(before).filter(([key]) => !saved.has(key))));
      setErrors({});
    },
    list.currency,
    { values: typed, setErrors, fieldOf: priceFieldOf },
  );
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
            <PriceTable
              list={list}
              entries={entries}
              typed={typed}
              errors={errors}
              onTyped={(next) => {
                setTyped(next);
                setErrors({});
              }}
              onDelete={(price) => set.mutate([price])}
            />
          )}
          <Pager page={page} pageSize={pageSize} totalCount={prices.data?.totalCount ?? 0} onChange={setPage} />
        </Loaded>
        <AddPrice list={list} />
        <PastePrices list={list} />
      </Stack>
    </Card>
  );
};
