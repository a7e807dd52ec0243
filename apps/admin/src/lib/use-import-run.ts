/** The import that the import page works on: the upload of its file, its preview and its commit. */
import type { CatalogImport, CatalogImportId, ImportDecimalSign, ImportMapping } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { uploadCsv } from './csv.ts';
import { queryClient, showDone, showError } from './queries.ts';
import { Refused } from './refused.ts';
import { shop } from './shop.ts';

/** Whether the columns of a file are those of a known format. A file that cannot be read is known to fail; its preview says why. */
const isKnownFormat = (id: CatalogImportId): Promise<boolean> =>
  shop.imports.inspect({ id }).then(
    ({ format }) => format !== null,
    () => true,
  );

/** What the page shows: the report of an import, or what the columns of its file become. */
interface Shown {
  readonly id: CatalogImportId;
  /** Another number for each run, because an import can be previewed several times under one id. */
  readonly start: number;
  /** Whether this page started the import. */
  readonly isStarted: boolean;
  /** The report, once the run has finished. */
  readonly report: CatalogImport | null;
}

/**
 * Uploads a file and previews it, then imports it. What is imported is always the preview that the page shows: another file, another
 * decimal sign or other columns need a preview of their own.
 */
export const useImportRun = () => {
  const [file, setFile] = useState<File | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [columnsOf, setColumnsOf] = useState<CatalogImportId | null>(null);
  const starts = useRef(0);
  const [uploaded, setUploaded] = useState(0);
  const [decimalSign, setDecimalSign] = useState<ImportDecimalSign | null>(null);
  const previewed = shown?.report?.mode === 'preview' ? shown.report : null;
  const hasOtherSign = previewed !== null && previewed.decimalSign !== decimalSign;

  const show = (next: Pick<Shown, 'id' | 'isStarted'> | null): void => {
    starts.current += 1;
    setShown(next && { ...next, start: starts.current, report: null });
    setColumnsOf(null);
  };
  const started = ({ id }: CatalogImport): void => {
    queryClient.removeQueries({ queryKey: ['import', id] });
    show({ id, isStarted: true });
  };
  const upload = async (chosen: File): Promise<CatalogImport | null> => {
    setUploaded(0);
    const { id } = await uploadCsv(chosen, setUploaded);
    if (await isKnownFormat(id)) return shop.imports.start({ id, mode: 'preview', decimalSign });
    show(null);
    setColumnsOf(id);
    return null;
  };
  const preview = useMutation({
    mutationFn: async () => {
      // The shop has the file of a preview, so another sign needs no second upload.
      if (previewed && (hasOtherSign || !file)) return shop.imports.start({ id: previewed.id, mode: 'preview', decimalSign });
      return file ? upload(file) : null;
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
    mutationFn: async () => {
      if (!previewed || hasOtherSign) throw new Refused('Preview the file first');
      // Somebody else can have previewed the same file in another way since.
      return shop.imports.start({
        id: previewed.id,
        mode: 'commit',
        mapping: previewed.mapping,
        decimalSign: previewed.decimalSign,
      });
    },
    onSuccess: started,
    onError: showError,
  });
  /** Records that the shown run has finished. `isNews`: whether it finished while this page showed it, and not long before. */
  const finish = (report: CatalogImport, isNews: boolean): void => {
    setShown((before) => before && { ...before, report });
    if (!isNews) return;
    void queryClient.invalidateQueries({ queryKey: ['imports'] });
    if (report.mode !== 'commit') return;
    void queryClient.invalidateQueries({ queryKey: ['products'] });
    showDone('Import finished', `${report.createdCount} created, ${report.updatedCount} updated`);
  };
  const showsPreview = previewed !== null && columnsOf === null;
  return {
    file,
    chooseFile: (chosen: File | null): void => {
      // The sign of an earlier import is none of the new file.
      if (shown && !file) setDecimalSign(null);
      setFile(chosen);
      show(null);
    },
    /** Shows an earlier import in place of the chosen file. */
    open: (earlier: CatalogImport): void => {
      setFile(null);
      setDecimalSign(earlier.decimalSign);
      show({ id: earlier.id, isStarted: false });
    },
    shown,
    columnsOf,
    changeColumns: (): void => setColumnsOf(previewed?.id ?? null),
    keepColumns: (): void => setColumnsOf(null),
    uploaded,
    decimalSign,
    setDecimalSign,
    canPreview: file !== null || previewed !== null,
    canCommit: showsPreview && !hasOtherSign,
    canChangeColumns: showsPreview,
    /** Whether the shown preview has another decimal sign than the one that is chosen. */
    needsPreview: showsPreview && hasOtherSign,
    isBusy: preview.isPending || previewColumns.isPending || commit.isPending,
    preview,
    previewColumns,
    commit,
    finish,
  };
};
export type ImportRun = ReturnType<typeof useImportRun>;
