/** The earlier imports of the shop. Each opens its report. */
import { Button, Card, Table, Text } from '@mantine/core';
import type { CatalogImportId } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { counted } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { Ago, StatusBadge } from './page.tsx';

export const ImportHistory = ({ onOpen }: { onOpen: (id: CatalogImportId) => void }) => {
  const query = useQuery({ queryKey: ['imports'], queryFn: () => shop.imports.list({ pageSize: 10 }) });
  if (!query.data || query.data.items.length === 0) return null;
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
                  <Button size="compact-sm" variant="subtle" onClick={() => onOpen(item.id)}>
                    {item.fileName}
                  </Button>
                </Table.Td>
                <Table.Td data-label="Run">{item.mode === 'preview' ? 'preview' : 'import'}</Table.Td>
                <Table.Td data-label="Status">
                  <StatusBadge label={item.status} />
                </Table.Td>
                <Table.Td ta="right" data-label="Rows">
                  {counted(item.rowCount, 'row')}
                </Table.Td>
                <Table.Td ta="right" data-label="When">
                  <Ago at={item.createdAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
};
