/** The report of an import: its progress, its totals, what of the file is not imported, and the outcome of each row. */
import { Alert, Card, Group, Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import type { CatalogImport, CatalogImportId, ImportRow } from '@cartwright/contracts';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { counted } from '../lib/format.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { queryClient, showError } from '../lib/queries.ts';
import { settingsQuery } from '../lib/settings.ts';
import { shop } from '../lib/shop.ts';
import { Loaded, Pager, StatusBadge } from './page.tsx';
import { FailedRows } from './failed-rows.tsx';
import { ScopedButton } from './scoped-button.tsx';

const isRunning = ({ status }: CatalogImport): boolean => status === 'queued' || status === 'running';

const CancelImport = ({ report }: { report: CatalogImport }) => {
  const cancel = useMutation({
    mutationFn: () => shop.imports.cancel({ id: report.id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['import', report.id] }),
    onError: showError,
  });
  return (
    <ScopedButton calls="imports.cancel" size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel import
    </ScopedButton>
  );
};

const Summary = ({ report }: { report: CatalogImport }) => {
  if (report.status === 'failed')
    return (
      <Alert color="red" role="status" title="This file cannot be read">
        {report.problem}
      </Alert>
    );
  if (isRunning(report)) {
    const share = report.rowCount > 0 ? (100 * report.processedCount) / report.rowCount : 0;
    return (
      <Card withBorder role="status">
        <Text size="sm" mb="xs">
          {report.mode === 'preview' ? 'Checking' : 'Importing'}: {report.processedCount.toLocaleString('en')} of{' '}
          {counted(report.rowCount, 'row')}
        </Text>
        <Group wrap="nowrap">
          <Progress value={share} animated aria-label="Rows done" flex={1} />
          <CancelImport report={report} />
        </Group>
      </Card>
    );
  }
  const { rowCount, createdCount, updatedCount, unchangedCount, failedCount, notedCount, mode, status } = report;
  const shown = (n: number): string => n.toLocaleString('en');
  const end = status === 'cancelled' ? `Cancelled after ${counted(report.processedCount, 'row')}` : 'Imported';
  return (
    <Alert
      color={failedCount > 0 || notedCount > 0 || status === 'cancelled' ? 'yellow' : 'teal'}
      title={mode === 'preview' ? 'Preview: nothing was written' : end}
      role="status"
    >
      {counted(rowCount, 'row')}: {shown(createdCount)} created, {shown(updatedCount)} updated, {shown(unchangedCount)} unchanged,{' '}
      {shown(failedCount)} failed
      {notedCount > 0 && `. ${shown(notedCount)} imported with a note`}
    </Alert>
  );
};

/** The currency of prices in files that name none, for staff who may read the settings. */
const DefaultCurrency = () => {
  const { currency } = useQuery({ ...settingsQuery, enabled: useMissingScopes('pricing:read') === null }).data ?? {};
  return currency === undefined ? null : (
    <Text size="sm" c="dimmed">
      Prices are in {currency} where the file names no currency.
    </Text>
  );
};

/** What the file says that is not imported, and which categories it adds. */
const FileContents = ({ report }: { report: CatalogImport }) => {
  const { unusedColumns, newCategories, mode } = report;
  if (unusedColumns.length === 0 && newCategories.length === 0) return null;
  return (
    <Card withBorder>
      <Stack gap="xs">
        {newCategories.length > 0 && (
          <Text size="sm">
            <b>{mode === 'preview' ? 'Categories that will be added' : 'Categories added'}:</b> {newCategories.join(', ')}
          </Text>
        )}
        {unusedColumns.length > 0 && (
          <Text size="sm">
            <b>Columns that are not imported:</b>{' '}
            {unusedColumns.map(({ name, rowCount }) => `${name} (${counted(rowCount, 'row')})`).join(', ')}
          </Text>
        )}
      </Stack>
    </Card>
  );
};

const Rows = ({ rows }: { rows: readonly ImportRow[] }) => (
  <Table.ScrollContainer minWidth={480}>
    <Table verticalSpacing={4} className="stacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={70}>Line</Table.Th>
          <Table.Th>Handle</Table.Th>
          <Table.Th>SKU</Table.Th>
          <Table.Th>Outcome</Table.Th>
          <Table.Th>Reason or note</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.line}>
            <Table.Td data-label="Line">{row.line}</Table.Td>
            <Table.Td data-label="Handle">{row.handle}</Table.Td>
            <Table.Td className="mono" {...(row.sku && { 'data-label': 'SKU' })}>
              {row.sku}
            </Table.Td>
            <Table.Td data-label="Outcome">
              <StatusBadge label={row.outcome} />
            </Table.Td>
            <Table.Td {...(row.message && { 'data-label': 'Reason or note' })}>
              <Text size="sm">{row.message}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

const filters = {
  'All rows': {},
  'Failed rows': { outcome: 'failed' },
  'Rows with a note': { noted: true },
} as const;
type Shown = keyof typeof filters;
const shownRows = Object.keys(filters) as Shown[];

/** The report of an import. It is polled every second while the import runs. */
const useReport = (id: CatalogImportId, page: number, shown: Shown) =>
  useQuery({
    queryKey: ['import', id, page, shown],
    queryFn: ({ signal }) => shop.imports.get({ id, page, pageSize: 50, ...filters[shown] }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? 1_000 : false),
  });

interface Props {
  readonly id: CatalogImportId;
  /** Whether this page started the import. */
  readonly isStarted: boolean;
  /** Called once the import has finished. `isNews`: it was started or still running on this page. */
  readonly onFinish: (report: CatalogImport, isNews: boolean) => void;
}

export const ImportReport = ({ id, isStarted, onFinish }: Props) => {
  const [page, setPage] = useState(1);
  const [shown, setShown] = useState<Shown>('All rows');
  const query = useReport(id, page, shown);
  const report = query.data;
  const finished = report?.status === 'finished' ? report : null;
  const hasRows = finished !== null || report?.status === 'cancelled';
  const isNews = useRef(isStarted);
  const isReported = useRef(false);
  // Call `onFinish` once, not for each page of the report.
  useEffect(() => {
    if (report && isRunning(report)) isNews.current = true;
    if (!finished || isReported.current) return;
    isReported.current = true;
    onFinish(finished, isNews.current);
  });
  return (
    <Loaded query={query}>
      {report && (
        <Stack>
          <Text component="h2" fw={600} fz="md">
            {report.fileName}
          </Text>
          <Summary report={report} />
          {hasRows && (
            <>
              {report.failedCount > 0 && <FailedRows report={report} />}
              <FileContents report={report} />
              {report.mode === 'preview' && <DefaultCurrency />}
              <SegmentedControl
                aria-label="Rows"
                size="xs"
                w="fit-content"
                data={shownRows}
                value={shown}
                onChange={(value) => {
                  setShown(value);
                  setPage(1);
                }}
              />
              <Rows rows={report.rows.items} />
              <Pager {...report.rows} onChange={setPage} />
            </>
          )}
        </Stack>
      )}
    </Loaded>
  );
};
