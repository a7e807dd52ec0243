/** Products: find, filter, reprice in place, do one thing to many. */
import { Anchor, Button, Checkbox, Group, NumberInput, Paper, SegmentedControl, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFileImport, IconSearch } from '@tabler/icons-react';
import type { ProductId, ProductSummary } from '@cartwright/contracts';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { NewProduct } from '../components/new-product.tsx';
import { opensRow, walksRows } from '../components/open-row.tsx';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { money, toAmount, toCents } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { categoriesQuery, flatten } from './categories.tsx';

type Status = 'active' | 'draft' | 'archived';
const states = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'draft', label: 'Draft' },
  { value: 'archived', label: 'Archived' },
];

/** The price of a product with one variant, changed where it stands; the other prices are changed on the product's page. */
const PriceCell = ({ product }: { product: ProductSummary }) => {
  const { id, currency, minPriceCents, maxPriceCents } = product;
  const [typed, setTyped] = useState<number | string>(toAmount(minPriceCents, currency));
  const save = useMutation({
    mutationFn: (priceCents: number) => shop.products.setPrice({ id, priceCents }),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      showDone('Price set', `${saved.name}: ${money(saved.minPriceCents, currency)}`);
    },
    onError: (error) => {
      setTyped(toAmount(minPriceCents, currency));
      showError(error);
    },
  });
  if (product.variantCount > 1)
    return (
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {money(minPriceCents, currency)}
        {maxPriceCents > minPriceCents && ` – ${money(maxPriceCents, currency)}`}
      </Text>
    );
  const commit = (): void => {
    const priceCents = toCents(typed, currency);
    if (typed === '' || priceCents === minPriceCents) setTyped(toAmount(minPriceCents, currency));
    else save.mutate(priceCents);
  };
  return (
    <NumberInput
      size="xs"
      w={110}
      ml="auto"
      aria-label={`Price of ${product.name}`}
      min={0}
      decimalScale={2}
      fixedDecimalScale
      hideControls
      suffix={` ${currency}`}
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      styles={{ input: { textAlign: 'right' } }}
    />
  );
};

const bulkActions = [
  { action: 'activate', label: 'Put on the shelf' },
  { action: 'deactivate', label: 'Take off the shelf' },
  { action: 'delete', label: 'Delete' },
] as const;

/** What can be done to everything that is chosen. */
const BulkBar = ({ ids, onDone }: { ids: readonly ProductId[]; onDone: () => void }) => {
  const run = useMutation({
    mutationFn: (action: (typeof bulkActions)[number]['action']) => shop.products.bulk({ ids: [...ids], action }),
    onSuccess: ({ changedCount, results }) => {
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      if (failed.length > 0) showError(new Error(`${failed.length} stayed as they were: ${failed[0]?.message ?? ''}`));
      else showDone('Done', `${changedCount} changed`);
      onDone();
    },
    onError: showError,
  });
  return (
    <Paper withBorder p="xs" mb="sm" role="toolbar" aria-label="Chosen products">
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {ids.length} chosen
        </Text>
        {bulkActions.map(({ action, label }) => (
          <Button
            key={action}
            size="compact-sm"
            variant="light"
            color={action === 'delete' ? 'red' : undefined}
            loading={run.isPending && run.variables === action}
            onClick={() => run.mutate(action)}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Paper>
  );
};

export const ProductsPage = () => {
  const search = useSearch({ from: '/shell/products' });
  const navigate = useNavigate({ from: '/products' });
  const { page = 1, q, status, category } = search;
  const [chosen, setChosen] = useState<readonly ProductId[]>([]);
  const categories = useQuery(categoriesQuery);
  const query = useQuery({
    queryKey: ['products', search],
    queryFn: ({ signal }) =>
      shop.products.list(
        { page, pageSize: 20, ...(q && { q }), ...(category && { category }), ...(status && { status: status as Status }) },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
  const find = useDebouncedCallback(
    (text: string) =>
      void navigate({ search: { ...(status && { status }), ...(category && { category }), ...(text && { q: text }) }, replace: true }),
    250,
  );
  const open = (id: string) => void navigate({ to: '/products/$productId', params: { productId: id } });
  return (
    <>
      <PageTitle title="Products">
        <TextInput
          type="search"
          aria-label="Find products"
          placeholder="Name, brand or SKU"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
        <Button component={Link} to="/import" variant="default" leftSection={<IconFileImport size={16} />}>
          Import
        </Button>
        <NewProduct />
      </PageTitle>
      <Group mb="sm">
        <SegmentedControl
          aria-label="State"
          size="sm"
          data={states}
          value={status ?? ''}
          onChange={(value) =>
            void navigate({ search: { ...(q && { q }), ...(category && { category }), ...(value && { status: value }) } })
          }
        />
        <Select
          aria-label="Category"
          placeholder="Any category"
          clearable
          searchable
          data={flatten(categories.data?.categories ?? []).map((flat) => ({
            value: flat.category.slug,
            label: `${'– '.repeat(flat.depth)}${flat.category.name}`,
          }))}
          value={category ?? null}
          onChange={(value) => void navigate({ search: { ...(q && { q }), ...(status && { status }), ...(value && { category: value }) } })}
        />
      </Group>
      {chosen.length > 0 && <BulkBar ids={chosen} onDone={() => setChosen([])} />}
      <Loaded query={query} rows={10}>
        {query.data?.items.length === 0 ? (
          <Empty title={q || status || category ? 'No product fits' : 'The shelf is empty'}>
            {q || status || category
              ? 'Try another state or another word.'
              : 'Import a CSV file in the format of Shopify to fill it in a minute.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={600}>
            <Table highlightOnHover verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={32}>
                    <Checkbox
                      size="xs"
                      aria-label="Choose all on this page"
                      checked={chosen.length > 0 && chosen.length === query.data?.items.length}
                      onChange={(e) => setChosen(e.currentTarget.checked ? (query.data?.items ?? []).map((p) => p.id) : [])}
                    />
                  </Table.Th>
                  <Table.Th>Product</Table.Th>
                  <Table.Th>Category</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th ta="right">Available</Table.Th>
                  <Table.Th ta="right">Price</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody {...walksRows}>
                {query.data?.items.map((p) => (
                  <Table.Tr key={p.id} {...opensRow(() => open(p.id))}>
                    <Table.Td>
                      <Checkbox
                        size="xs"
                        aria-label={`Choose ${p.name}`}
                        checked={chosen.includes(p.id)}
                        onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, p.id] : chosen.filter((id) => id !== p.id))}
                      />
                    </Table.Td>
                    <Table.Td>
                      <Anchor component={Link} to={`/products/${p.id}`} size="sm" fw={500} c="inherit" data-row>
                        {p.name}
                      </Anchor>
                      <Text size="xs" c="dimmed">
                        {p.brand} {p.variantCount > 1 && `· ${p.variantCount} variants`}
                      </Text>
                    </Table.Td>
                    <Table.Td>{p.category?.name}</Table.Td>
                    <Table.Td>
                      <StatusBadge label={p.status} />
                    </Table.Td>
                    <Table.Td ta="right" className={p.available <= 0 ? 'bad strong' : ''}>
                      {p.available}
                    </Table.Td>
                    <Table.Td ta="right">
                      <PriceCell key={p.version} product={p} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
      </Loaded>
    </>
  );
};
