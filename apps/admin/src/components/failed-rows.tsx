/** Downloads the rows that failed in an import or its preview, with the reasons, to be corrected and imported again. */
import { Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { CatalogImport } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { downloadCsv } from '../lib/csv.ts';
import { showError } from '../lib/queries.ts';
import { ScopedButton } from './scoped-button.tsx';

/** `products.csv` becomes `products-failed`. */
const nameOf = (fileName: string): string => `${fileName.replace(/\.[^.]*$/, '')}-failed`;

export const FailedRows = ({ report: { id, fileName } }: { report: CatalogImport }) => {
  const download = useMutation({ mutationFn: () => downloadCsv('failedRows', { id }, nameOf(fileName)), onError: showError });
  return (
    <Group gap="sm">
      <ScopedButton
        calls="imports.exportFailedRows"
        size="xs"
        variant="default"
        leftSection={<IconDownload size={16} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        Download failed rows
      </ScopedButton>
      <Text size="sm" c="dimmed">
        All rows of the products that are not imported, with the reasons. Correct them and import the file.
      </Text>
    </Group>
  );
};
