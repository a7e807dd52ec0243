/** CSV import: choose a file, look at what would happen, do it. */
import { Alert, Button, Card, FileInput, Group, Stack, Table, Text } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty, PageTitle, StatusBadge } from '../components/page.tsx';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const shownRows = 200;

export const ImportPage = () => {
  const [file, setFile] = useState<File | null>(null);
  const run = useMutation({
    mutationFn: async (mode: 'preview' | 'commit') => {
      if (!file) throw new Error('Choose a file first');
      return shop.imports.create({ fileName: file.name, mode, csv: await file.text() }, { timeoutMs: 120_000 });
    },
    onSuccess: (report) => {
      if (report.mode !== 'commit') return;
      void queryClient.invalidateQueries();
      showDone('Imported', `${report.createdCount} created, ${report.updatedCount} updated`);
    },
    onError: showError,
  });
  const report = run.data;
  return (
    <>
      <PageTitle title="CSV import" />
      <Card withBorder mb="md">
        <Group align="flex-end">
          <FileInput
            label="Products in the CSV format of Shopify"
            placeholder="Choose a file"
            accept=".csv,text/csv"
            leftSection={<IconFileTypeCsv size={18} />}
            value={file}
            onChange={(next) => {
              setFile(next);
              run.reset();
            }}
            miw={280}
            clearable
          />
          <Button
            variant="default"
            disabled={!file}
            loading={run.isPending && run.variables === 'preview'}
            onClick={() => run.mutate('preview')}
          >
            Preview
          </Button>
          <Button
            disabled={!file || report?.mode !== 'preview'}
            loading={run.isPending && run.variables === 'commit'}
            onClick={() => run.mutate('commit')}
          >
            Import
          </Button>
        </Group>
      </Card>
      {!report && (
        <Empty title="Nothing is written before you have seen it">
          The preview shows for every row whether it would create, change or leave something, or why it cannot be read. Products are
          recognised by handle, variants by SKU.
        </Empty>
      )}
      {report && (
        <Stack>
          <Alert
            color={report.failedCount > 0 ? 'yellow' : 'teal'}
            title={report.mode === 'preview' ? 'Preview: nothing was written' : 'Imported'}
            role="status"
          >
            {report.rowCount} rows: {report.createdCount} created, {report.updatedCount} updated, {report.unchangedCount} unchanged,{' '}
            {report.failedCount} failed
          </Alert>
          <Table.ScrollContainer minWidth={480}>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={70}>Line</Table.Th>
                  <Table.Th>Handle</Table.Th>
                  <Table.Th>SKU</Table.Th>
                  <Table.Th>Outcome</Table.Th>
                  <Table.Th>Why</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {report.rows.slice(0, shownRows).map((row) => (
                  <Table.Tr key={row.line}>
                    <Table.Td>{row.line}</Table.Td>
                    <Table.Td>{row.handle}</Table.Td>
                    <Table.Td className="mono">{row.sku}</Table.Td>
                    <Table.Td>
                      <StatusBadge label={row.outcome} />
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">{row.message}</Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {report.rows.length > shownRows && (
            <Text size="sm" c="dimmed">
              The first {shownRows} of {report.rows.length} rows.
            </Text>
          )}
        </Stack>
      )}
    </>
  );
};
