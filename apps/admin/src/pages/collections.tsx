/** Collections: lists of products that match a rule and update automatically. */
import { Modal, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Collection } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CollectionForm } from '../components/collection-form.tsx';
import { Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { RowActions, useDeletion } from '../components/row-actions.tsx';
import { InShopCurrency } from '../components/shop-currency.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

const ruleInWords = ({ rule }: Collection, currency: string): string =>
  [
    rule.q && `“${rule.q}”`,
    rule.category && `in ${rule.category}`,
    rule.tags && `tagged ${rule.tags.join(' or ')}`,
    rule.brands && `by ${rule.brands.join(' or ')}`,
    rule.options && `with ${rule.options.join(' or ')}`,
    rule.minPriceCents !== undefined && `from ${money(rule.minPriceCents, currency)}`,
    rule.maxPriceCents !== undefined && `up to ${money(rule.maxPriceCents, currency)}`,
    rule.inStock && 'in stock',
  ]
    .filter(Boolean)
    .join(', ') || 'all products';

const Size = ({ slug }: { slug: string }) => {
  const query = useQuery({ queryKey: ['collections', slug, 'size'], queryFn: () => shop.collections.products({ slug, pageSize: 1 }) });
  return <>{query.data?.totalCount ?? '…'}</>;
};

interface Steps {
  readonly onEdit: (collection: Collection) => void;
  readonly onDelete: (id: Collection['id'], name: string) => void;
}

const CollectionRow = ({ collection, currency, onEdit, onDelete }: { collection: Collection; currency: string } & Steps) => {
  const { id, name, slug, active } = collection;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {slug}
        </Text>
      </Table.Td>
      <Table.Td data-label="Rule">
        <Text size="sm">{ruleInWords(collection, currency)}</Text>
      </Table.Td>
      <Table.Td data-label="Status">
        <StatusBadge label={active ? 'active' : 'inactive'} />
      </Table.Td>
      <Table.Td ta="right" data-label="Products">
        <Size slug={slug} />
      </Table.Td>
      <Table.Td>
        <RowActions
          name={name}
          calls={{ edit: 'collections.update', delete: 'collections.delete' }}
          onEdit={() => onEdit(collection)}
          onDelete={() => onDelete(id, name)}
        />
      </Table.Td>
    </Table.Tr>
  );
};

const CollectionTable = ({ collections, currency, ...steps }: { collections: readonly Collection[]; currency: string } & Steps) => (
  <Table.ScrollContainer minWidth={520}>
    <Table verticalSpacing="xs" className="stacks" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Collection</Table.Th>
          <Table.Th>Rule</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th ta="right">Products</Table.Th>
          <Table.Th ta="right">Actions</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {collections.map((collection) => (
          <CollectionRow key={collection.id} collection={collection} currency={currency} {...steps} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

export const CollectionsPage = () => {
  const query = useQuery({ queryKey: ['collections'], queryFn: () => shop.collections.list({}) });
  const [open, setOpen] = useState<Collection | 'new' | null>(null);
  const edited = open === 'new' ? null : open;
  const deletion = useDeletion(
    'collections',
    (id: Collection['id']) => shop.collections.delete({ id }),
    'Its URL stops working. The products stay.',
  );
  const close = () => setOpen(null);
  return (
    <>
      <PageTitle title="Collections">
        <ScopedButton calls="collections.create" leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          New collection
        </ScopedButton>
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="No collections yet">
            A collection shows all products that match its rule, such as a tag, a brand or a price. It updates automatically. Create the
            first one with “New collection”.
          </Empty>
        ) : (
          <InShopCurrency>
            {(currency) => (
              <CollectionTable collections={query.data?.items ?? []} currency={currency} onEdit={setOpen} onDelete={deletion} />
            )}
          </InShopCurrency>
        )}
      </Loaded>
      <Modal opened={open !== null} onClose={close} title={edited ? `Edit ${edited.name}` : 'New collection'}>
        {open !== null && (
          <InShopCurrency>{(currency) => <CollectionForm edited={edited} currency={currency} onClose={close} />}</InShopCurrency>
        )}
      </Modal>
    </>
  );
};
