/**
 * CSV import and export: choose a file, say what its columns become if they are not known, preview, import. The worker runs the import; the
 * page shows its progress.
 */
import { Button, Card, FileInput, Group, Progress, Select } from '@mantine/core';
import { IconDownload, IconFileTypeCsv } from '@tabler/icons-react';
import type { CatalogImport, CatalogImportId, ImportDecimalSign, ImportMapping } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ImportHistory } from '../components/import-history.tsx';
import { ImportMappingCard } from '../components/import-mapping.tsx';
import { ImportReport } from '../components/import-report.tsx';
import { Empty, PageTitle } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { downloadCsv, uploadCsv } from '../lib/csv.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { Refused } from '../lib/refused.ts';
import { shop } from '../lib/shop.ts';

/** Whether the columns of a file are those of a known format. A file that cannot be read is known to fail; its preview says why. */
const isKnownFormat = (id: CatalogImportId): Promise<boolean> =>
  shop.imports.inspect({ id }).then(
    ({ format }) => format !== null,
    () => true,
  );

/** Uploads a file and previews it, then imports it. The page shows the report of the run `id`, or the columns of a file. */
const useImportRun = () => {
  const [id, setId] = useState<CatalogImportId | null>(null);
  const [columnsOf, setColumnsOf] = useState<CatalogImportId | null>(null);
  const [uploaded, setUploaded] = useState(0);
  const [isPreviewed, setPreviewed] = useState(false);
  const [decimalSign, setDecimalSign] = useState<ImportDecimalSign | null>(null);
  const started = (next: CatalogImport): void => {
    queryClient.removeQueries({ queryKey: ['import', next.id] });
    setPreviewed(false);
    setColumnsOf(null);
    setId(next.id);
  };
  const preview = useMutation({
    mutationFn: async (file: File) => {
      setUploaded(0);
      const opened = await uploadCsv(file, setUploaded);
      if (await isKnownFormat(opened.id)) return shop.imports.start({ id: opened.id, mode: 'preview', decimalSign });
      setColumnsOf(opened.id);
      return null;
    },
    onSuccess: (next) => next && started(next),
    onError: showError,
  });
  const previewColumns = useMutation({
    mutationFn: ({ of, mapping }: { of: CatalogImportId; mapping: ImportMapping }) =>
      shop.imports.start({ id: of, mode: 'preview', mapping, decimalSign }),
    onSuccess: started,
    onError: showError,
  });
  const commit = useMutation({
    mutationFn: () => (id ? shop.imports.start({ id, mode: 'commit' }) : Promise.reject(new Refused('Preview the file first'))),
    onSuccess: started,
    onError: showError,
  });
  const show = (next: CatalogImportId | null): void => {
    setId(next);
    setColumnsOf(null);
    setPreviewed(false);
  };
  const done = (report: CatalogImport): void => {
    setPreviewed(report.mode === 'preview');
    void queryClient.invalidateQueries({ queryKey: ['imports'] });
    if (report.mode !== 'commit') return;
    void queryClient.invalidateQueries({ queryKey: ['products'] });
    showDone('Import finished', `${report.createdCount} created, ${report.updatedCount} updated`);
  };
  return { id, show, columnsOf, setColumnsOf, uploaded, isPreviewed, decimalSign, setDecimalSign, preview, previewColumns, commit, done };
};
type ImportRun = ReturnType<typeof useImportRun>;

const decimalSigns = [
  { value: 'auto', label: 'As the prices show' },
  { value: 'point', label: 'Point: 12.50' },
  { value: 'comma', label: 'Comma: 12,50' },
] as const;

const DecimalSign = ({ run }: { run: ImportRun }) => (
  <Select
    label="Decimals"
    w={190}
    allowDeselect={false}
    data={decimalSigns}
    value={run.decimalSign ?? 'auto'}
    onChange={(value) => run.setDecimalSign(value === 'auto' ? null : value)}
  />
);

const FileCard = ({ run }: { run: ImportRun }) => {
  const [file, setFile] = useState<File | null>(null);
  const cannotCommit = useMissingScopes('pricing:write', 'inventory:write');
  return (
    <Card withBorder mb="md">
      <Group align="flex-end">
        <FileInput
          label="Products as a CSV file"
          placeholder="Choose a file"
          accept=".csv,text/csv"
          leftSection={<IconFileTypeCsv size={18} />}
          value={file}
          onChange={(next) => {
            setFile(next);
            run.show(null);
          }}
          miw={280}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove the file' }}
        />
        <DecimalSign run={run} />
        <ScopedButton
          calls="imports.begin"
          variant="default"
          disabled={!file}
          loading={run.preview.isPending}
          onClick={() => file && run.preview.mutate(file)}
        >
          Preview
        </ScopedButton>
        <ScopedButton
          calls="imports.start"
          lacking={cannotCommit}
          disabled={!run.isPreviewed}
          loading={run.commit.isPending}
          onClick={() => run.commit.mutate()}
        >
          Import
        </ScopedButton>
        {run.isPreviewed && run.columnsOf === null && (
          <ScopedButton calls="imports.start" variant="default" onClick={() => run.setColumnsOf(run.id)}>
            Change columns
          </ScopedButton>
        )}
      </Group>
      {run.preview.isPending && <Progress mt="sm" value={run.uploaded * 100} aria-label="Uploaded" />}
    </Card>
  );
};

/** The columns of the file, its report, or how an import begins. */
const ImportStep = ({ run }: { run: ImportRun }) => {
  const { columnsOf, id, setColumnsOf, previewColumns } = run;
  if (columnsOf)
    return (
      <ImportMappingCard
        key={columnsOf}
        id={columnsOf}
        onPreview={(mapping) => previewColumns.mutate({ of: columnsOf, mapping })}
        onCancel={id === columnsOf ? () => setColumnsOf(null) : null}
        isPending={previewColumns.isPending}
      />
    );
  if (id) return <ImportReport key={id} id={id} onDone={run.done} />;
  return (
    <Empty title="Preview a file before you import it">
      Choose a CSV file of any program and press “Preview”, which changes nothing. It shows for every row whether the import would create or
      update something or leave it unchanged, or why the row fails. A product is imported as a whole or not at all. Products are identified
      by their handle, exactly as the file gives it; variants by SKU, or by their options if there is no SKU. A large file continues in the
      background when you leave this page.
    </Empty>
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
      <ImportStep run={run} />
      <ImportHistory onOpen={run.show} />
    </>
  );
};
