/** Products: search, filter, edit price and stock in the list, bulk actions. */
import { Button, Group, Paper, SegmentedControl, Select, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconFileImport } from '@tabler/icons-react';
import type { ProductSummary } from '@cartwright/contracts';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { NewProduct } from '../components/new-product.tsx';
import { Empty, Loaded, PageTitle, Pager } from '../components/page.tsx';
import { ProductsTable } from '../components/products-table.tsx';
import { SearchField } from '../components/typed-field.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { counted } from '../lib/format.ts';
import { categoriesQuery, flatten } from '../lib/categories.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { Refused } from '../lib/refused.ts';
import { shop } from '../lib/shop.ts';
import { useGridEdits } from '../lib/use-grid-edits.ts';
import { useSelection } from '../lib/use-selection.ts';

type Status = 'active' | 'unlisted' | 'draft' | 'archived';
const statuses = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'unlisted', label: 'Unlisted' },
  { value: 'draft', label: 'Draft' },
  { value: 'archived', label: 'Archived' },
];

const bulkActions = [
  { action: 'publish', label: 'Publish' },
  { action: 'unpublish', label: 'Unpublish' },
  { action: 'delete', label: 'Delete' },
] as const;

type Chosen = Pick<ProductSummary, 'id' | 'name'>;

/** Bulk actions for the selected products. */
const BulkBar = ({ chosen, onDone }: { chosen: readonly Chosen[]; onDone: () => void }) => {
  const ids = chosen.map(({ id }) => id);
  const [first] = chosen;
  const isOne = ids.length === 1;
  const run = useMutation({
    mutationFn: (action: (typeof bulkActions)[number]['action']) => shop.products.bulk({ ids, action }),
    onSuccess: ({ changedCount, results }) => {
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      if (failed.length > 0)
        showError(new Refused(`Not changed: ${failed.length} of ${counted(results.length, 'product')}. ${failed[0]?.message ?? ''}`));
      else showDone('Done', `${counted(changedCount, 'product')} changed`);
      onDone();
    },
    onError: showError,
  });
  const confirmDeletion = () =>
    modals.openConfirmModal({
      title: `Delete ${isOne && first ? first.name : counted(ids.length, 'product')}?`,
      children: (
        <Text size="sm">
          {isOne ? 'Customers no longer find it, and it' : 'Customers no longer find them, and they'} cannot be restored here. Orders keep
          their lines.
        </Text>
      ),
      labels: { confirm: 'Delete', cancel: 'Keep' },
      confirmProps: { color: 'red.8' },
      onConfirm: () => run.mutate('delete'),
    });
  return (
    <Paper withBorder p="xs" mb="sm" role="toolbar" aria-label="Selected products">
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {ids.length} selected
        </Text>
        {bulkActions.map(({ action, label }) => (
          <ScopedButton
            key={action}
            calls={action === 'delete' ? 'products.delete' : 'products.bulk'}
            size="compact-sm"
            variant="light"
            color={action === 'delete' ? 'red' : undefined}
            loading={run.isPending && run.variables === action}
            onClick={() => (action === 'delete' ? confirmDeletion() : run.mutate(action))}
          >
            {label}
          </ScopedButton>
        ))}
      </Group>
    </Paper>
  );
};

const NoProducts = ({ narrowed }: { narrowed: boolean }) =>
  narrowed ? (
    <Empty title="No matching products">
      No product matches these filters.{' '}
      <Link to="/products" search={{}}>
        Show all products
      </Link>
    </Empty>
  ) : (
    <Empty title="No products yet">
      Create the first product with “New product”. A name and a price are enough, and it stays a draft until you publish it. Or{' '}
      <Link to="/import">import a CSV file</Link> to add many products at once.
    </Empty>
  );

interface Filters {
  q?: string;
  status?: string;
  category?: string;
}
const Narrow = ({ filters, onChange }: { filters: Filters; onChange: (changes: Filters) => void }) => {
  const categories = useQuery(categoriesQuery);
  return (
    <Group mb="sm">
      <SegmentedControl
        aria-label="Status"
        size="sm"
        data={statuses}
        value={filters.status ?? ''}
        onChange={(status) => onChange({ status })}
      />
      <Select
        aria-label="Category"
        placeholder="Any category"
        clearable
        searchable
        data={flatten(categories.data?.categories ?? []).map(({ category, depth }) => ({
          value: category.slug,
          label: `${'– '.repeat(depth)}${category.name}`,
        }))}
        value={filters.category ?? null}
        onChange={(category) => onChange({ category: category ?? '' })}
      />
    </Group>
  );
};

export const ProductsPage = () => {
  const search = useSearch({ from: '/shell/products' });
  const navigate = useNavigate({ from: '/products' });
  const { page = 1, q, status, category } = search;
  const query = useQuery({
    queryKey: ['products', search],
    queryFn: ({ signal }) =>
      shop.products.list(
        {
          page,
          pageSize: 20,
          ...(q && { q, sort: 'relevance' }),
          ...(category && { category }),
          ...(status && { status: status as Status }),
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
  const products = query.data?.items ?? [];
  const edits = useGridEdits(search, products);
  const selection = useSelection(search, products);
  const narrow = (changes: Filters): void => {
    const next = Object.entries({ q, status, category, ...changes }).filter(([, value]) => value);
    void navigate({ search: Object.fromEntries(next), replace: true });
  };
  return (
    <>
      <PageTitle title="Products">
        <SearchField
          aria-label="Find products"
          placeholder="Name, SKU or barcode"
          value={q ?? ''}
          onTyped={(text) => narrow({ q: text })}
        />
        <Button component={Link} to="/import" variant="default" leftSection={<IconFileImport size={16} />}>
          Import
        </Button>
        <NewProduct />
      </PageTitle>
      <Narrow filters={search} onChange={narrow} />
      {selection.rows.length > 0 && <BulkBar chosen={selection.rows} onDone={selection.clear} />}
      {query.data?.correctedQuery && (
        <Text size="sm" mb="sm" role="status">
          No product has the words “{q}”. These are the results for “{query.data.correctedQuery}”.
        </Text>
      )}
      <Loaded query={query} rows={10}>
        {products.length === 0 ? (
          <NoProducts narrowed={Boolean(q ?? status ?? category)} />
        ) : (
          <ProductsTable products={products} edits={edits} selection={selection} />
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
      </Loaded>
    </>
  );
};
