/** CSV import and export: choose a file, preview, import. The worker runs the import; the page shows its progress. */
import { Alert, Button, Card, FileInput, Group, Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { IconDownload, IconFileTypeCsv } from '@tabler/icons-react';
import type { CatalogImport, CatalogImportId, ImportRow } from '@cartwright/contracts';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Ago, Empty, Loaded, Pager, PageTitle, StatusBadge } from '../components/page.tsx';
import { counted } from '../lib/format.ts';
import { downloadCsv, uploadCsv } from '../lib/csv.ts';
import { queryClient, Refused, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const isRunning = ({ status }: CatalogImport): boolean => status === 'queued' || status === 'running';

const CancelImport = ({ report }: { report: CatalogImport }) => {
  const cancel = useMutation({
    mutationFn: () => shop.imports.cancel({ id: report.id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['import', report.id] }),
    onError: showError,
  });
  return (
    <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel import
    </Button>
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

const Report = ({ id, onDone }: { id: CatalogImportId; onDone: (report: CatalogImport) => void }) => {
  const [page, setPage] = useState(1);
  const [shown, setShown] = useState<Shown>('All rows');
  const query = useReport(id, page, shown);
  const report = query.data;
  const finished = report?.status === 'finished' ? report : null;
  const hasRows = finished !== null || report?.status === 'cancelled';
  const reported = useRef<string | null>(null);
  // Call `onDone` once per finished run, not for each page of its report.
  useEffect(() => {
    const run = finished && `${finished.mode}:${finished.id}`;
    if (!finished || reported.current === run) return;
    reported.current = run;
    onDone(finished);
  });
  return (
    <Loaded query={query}>
      {report && (
        <Stack>
          <Summary report={report} />
          {hasRows && (
            <>
              <FileContents report={report} />
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

const History = ({ onOpen }: { onOpen: (id: CatalogImportId) => void }) => {
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

/** Uploads a file and previews it, then imports it. The page shows the report of the run `id`. */
const useImportRun = () => {
  const [id, setId] = useState<CatalogImportId | null>(null);
  const [uploaded, setUploaded] = useState(0);
  const [isPreviewed, setPreviewed] = useState(false);
  const started = (next: CatalogImport): void => {
    queryClient.removeQueries({ queryKey: ['import', next.id] });
    setPreviewed(false);
    setId(next.id);
  };
  const preview = useMutation({
    mutationFn: async (file: File) => {
      setUploaded(0);
      const opened = await uploadCsv(file, setUploaded);
      return shop.imports.start({ id: opened.id, mode: 'preview' });
    },
    onSuccess: started,
    onError: showError,
  });
  const commit = useMutation({
    mutationFn: () => (id ? shop.imports.start({ id, mode: 'commit' }) : Promise.reject(new Refused('Preview the file first'))),
    onSuccess: started,
    onError: showError,
  });
  const reset = (): void => {
    setId(null);
    setPreviewed(false);
  };
  const done = (report: CatalogImport): void => {
    setPreviewed(report.mode === 'preview');
    void queryClient.invalidateQueries({ queryKey: ['imports'] });
    if (report.mode !== 'commit') return;
    void queryClient.invalidateQueries({ queryKey: ['products'] });
    showDone('Import finished', `${report.createdCount} created, ${report.updatedCount} updated`);
  };
  return { id, show: setId, uploaded, isPreviewed, preview, commit, reset, done };
};
type ImportRun = ReturnType<typeof useImportRun>;

const FileCard = ({ run }: { run: ImportRun }) => {
  const [file, setFile] = useState<File | null>(null);
  return (
    <Card withBorder mb="md">
      <Group align="flex-end">
        <FileInput
          label="Products in Shopify CSV format"
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
        <Button variant="default" disabled={!file} loading={run.preview.isPending} onClick={() => file && run.preview.mutate(file)}>
          Preview
        </Button>
        <Button disabled={!run.isPreviewed} loading={run.commit.isPending} onClick={() => run.commit.mutate()}>
          Import
        </Button>
      </Group>
      {run.preview.isPending && <Progress mt="sm" value={run.uploaded * 100} aria-label="Uploaded" />}
    </Card>
  );
};

const ExportButton = () => {
  const download = useMutation({ mutationFn: () => downloadCsv('products'), onError: showError });
  return (
    <Button variant="default" leftSection={<IconDownload size={16} />} loading={download.isPending} onClick={() => download.mutate()}>
      Export all products
    </Button>
  );
};

export const ImportPage = () => {
  const run = useImportRun();
  return (
    <>
      <PageTitle title="CSV import">
        <ExportButton />
      </PageTitle>
      <FileCard run={run} />
      {run.id ? (
        <Report key={run.id} id={run.id} onDone={run.done} />
      ) : (
        <Empty title="Preview a file before you import it">
          Choose a file and press “Preview”, which changes nothing. It shows for every row whether the import would create or update
          something or leave it unchanged, or why the row fails. A product is imported as a whole or not at all. Products are identified by
          their handle, exactly as the file gives it; variants by SKU, or by their options if there is no SKU. A large file continues in the
          background when you leave this page.
        </Empty>
      )}
      <History onOpen={run.show} />
    </>
  );
};
