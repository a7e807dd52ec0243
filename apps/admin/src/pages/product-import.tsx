/**
 * CSV import and export: choose a file, say what its columns become if they are not known, preview, import. The worker runs the import; the
 * page shows its progress.
 */
import { Button, Card, FileInput, Group, Progress, Select, Text } from '@mantine/core';
import { IconDownload, IconFileTypeCsv } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { ImportHistory } from '../components/import-history.tsx';
import { ImportMappingCard } from '../components/import-mapping.tsx';
import { ImportReport } from '../components/import-report.tsx';
import { Empty, PageTitle } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { downloadCsv } from '../lib/csv.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { showError } from '../lib/queries.ts';
import { useImportRun, type ImportRun } from '../lib/use-import-run.ts';

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
    disabled={run.isBusy}
    data={decimalSigns}
    value={run.decimalSign ?? 'auto'}
    onChange={(value) => run.setDecimalSign(value === 'auto' ? null : value)}
  />
);

const FileCard = ({ run }: { run: ImportRun }) => {
  const cannotCommit = useMissingScopes('pricing:write', 'inventory:write');
  return (
    <Card withBorder mb="md">
      <Group align="flex-end">
        <FileInput
          label="Products as a CSV file"
          placeholder="Choose a file"
          accept=".csv,text/csv"
          leftSection={<IconFileTypeCsv size={18} />}
          value={run.file}
          onChange={run.chooseFile}
          disabled={run.isBusy}
          miw={280}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove the file' }}
        />
        <DecimalSign run={run} />
        <ScopedButton
          calls="imports.begin"
          variant="default"
          disabled={!run.canPreview}
          loading={run.preview.isPending}
          onClick={() => run.preview.mutate()}
        >
          Preview
        </ScopedButton>
        <ScopedButton
          calls="imports.start"
          lacking={cannotCommit}
          disabled={!run.canCommit}
          loading={run.commit.isPending}
          onClick={() => run.commit.mutate()}
        >
          Import
        </ScopedButton>
        {run.canChangeColumns && (
          <ScopedButton calls="imports.start" variant="default" onClick={run.changeColumns}>
            Change columns
          </ScopedButton>
        )}
      </Group>
      {run.needsPreview && (
        <Text size="sm" mt="sm" role="status">
          The preview below was read with other decimals. Press “Preview” again before you import.
        </Text>
      )}
      {run.preview.isPending && <Progress mt="sm" value={run.uploaded * 100} aria-label="Uploaded" />}
    </Card>
  );
};

/** The columns of the file, its report, or how an import begins. */
const ImportStep = ({ run }: { run: ImportRun }) => {
  const { columnsOf, shown, previewColumns } = run;
  if (columnsOf)
    return (
      <ImportMappingCard
        key={columnsOf}
        id={columnsOf}
        onPreview={(mapping) => previewColumns.mutate({ of: columnsOf, mapping })}
        onCancel={shown?.id === columnsOf ? run.keepColumns : null}
        isPending={previewColumns.isPending}
      />
    );
  if (shown) return <ImportReport key={shown.start} id={shown.id} isStarted={shown.isStarted} onFinish={run.finish} />;
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
      <ImportHistory onOpen={run.open} isDisabled={run.isBusy} />
    </>
  );
};
