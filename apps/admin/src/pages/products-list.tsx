/** Products: find, filter, open. */
import { Button, SegmentedControl, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFileImport, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

type Status = 'active' | 'draft' | 'archived';
const states = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'draft', label: 'Draft' },
  { value: 'archived', label: 'Archived' },
];

export const ProductsPage = () => {
  const search = useSearch({ from: '/shell/products' });
  const navigate = useNavigate({ from: '/products' });
  const { page = 1, q, status } = search;
  const query = useQuery({
    queryKey: ['products', search],
    queryFn: ({ signal }) =>
      shop.products.list({ page, pageSize: 20, ...(q && { q }), ...(status && { status: status as Status }) }, { signal }),
    placeholderData: keepPreviousData,
  });
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { ...(status && { status }), ...(text && { q: text }) }, replace: true }),
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
      </PageTitle>
      <SegmentedControl
        aria-label="State"
        size="sm"
        mb="sm"
        data={states}
        value={status ?? ''}
        onChange={(value) => void navigate({ search: { ...(q && { q }), ...(value && { status: value }) } })}
      />
      <Loaded query={query} rows={10}>
        {query.data?.items.length === 0 ? (
          <Empty title={q || status ? 'No product fits' : 'The shelf is empty'}>
            {q || status ? 'Try another state or another word.' : 'Import a CSV file in the format of Shopify to fill it in a minute.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={600}>
            <Table highlightOnHover verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Product</Table.Th>
                  <Table.Th>Category</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th ta="right">Available</Table.Th>
                  <Table.Th ta="right">Price</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((p) => (
                  <Table.Tr
                    key={p.id}
                    className="row-link"
                    tabIndex={0}
                    onClick={() => open(p.id)}
                    onKeyDown={(e) => e.key === 'Enter' && open(p.id)}
                  >
                    <Table.Td>
                      <Text size="sm" fw={500}>
                        {p.name}
                      </Text>
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
                    <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                      {money(p.minPriceCents, p.currency)}
                      {p.maxPriceCents > p.minPriceCents && ` – ${money(p.maxPriceCents, p.currency)}`}
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
