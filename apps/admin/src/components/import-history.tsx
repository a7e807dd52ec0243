/** The earlier imports of the shop, newest first. Each opens its report. */
import { Button, Card, Table, Text } from '@mantine/core';
import type { CatalogImport } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { counted } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { Ago, Pager, StatusBadge } from './page.tsx';

const pageSize = 10;

export const ImportHistory = ({ onOpen, isDisabled }: { onOpen: (item: CatalogImport) => void; isDisabled: boolean }) => {
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ['imports', page],
    queryFn: () => shop.imports.list({ page, pageSize }),
    placeholderData: keepPreviousData,
  });
  if (!query.data || query.data.totalCount === 0) return null;
  return (
    <Card withBorder mt="md">
      <Text component="h2" fw={600} fz="md" mb="xs">
        Earlier imports
      </Text>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing={4} className="stacks">
          <Table.Tbody>
            {query.data.items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>
                  <Button size="compact-sm" variant="subtle" disabled={isDisabled} onClick={() => onOpen(item)}>
                    {item.fileName}
                  </Button>
                </Table.Td>
                <Table.Td data-label="Run">{item.mode === 'preview' ? 'preview' : 'import'}</Table.Td>
                <Table.Td data-label="Status">
                  <StatusBadge label={item.status} />
                </Table.Td>
                <Table.Td ta="right" data-label="Rows">
                  {counted(item.rowCount, 'row')}
                  {item.failedCount > 0 && `, ${item.failedCount.toLocaleString('en')} failed`}
                </Table.Td>
                <Table.Td ta="right" data-label="When">
                  <Ago at={item.createdAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {query.data.totalCount > pageSize && <Pager page={page} pageSize={pageSize} totalCount={query.data.totalCount} onChange={setPage} />}
    </Card>
  );
};
