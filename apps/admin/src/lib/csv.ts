/** CSV files on their way in and out: pieces of a size that any connection bears, downloads with the reader's own token. */
import type { CatalogImport } from '@cartwright/contracts';
import type { DownloadFilters } from '@cartwright/sdk';
import { shop } from './shop.ts';

const pieceSize = 150_000;

/** Uploads a file piece by piece, without ever holding all of it. `onProgress` is told the share that is done. */
export const uploadCsv = async (file: File, onProgress: (share: number) => void): Promise<CatalogImport> => {
  const opened = await shop.imports.begin({ fileName: file.name });
  const decoder = new TextDecoder();
  let position = 0;
  for (let from = 0; from < file.size; from += pieceSize) {
    const bytes = await file.slice(from, from + pieceSize).arrayBuffer();
    // A letter of several bytes may be cut in two: the decoder keeps its first half for the next piece.
    const content = decoder.decode(bytes, { stream: from + pieceSize < file.size });
    if (content === '') continue;
    await shop.imports.append({ id: opened.id, position, content });
    position += 1;
    onProgress(Math.min(1, (from + pieceSize) / file.size));
  }
  return opened;
};

/** Saves a CSV file of the API, narrowed by the filters of its list. */
export const downloadCsv = async <F extends 'orders' | 'products'>(file: F, filters?: DownloadFilters<F>): Promise<void> => {
  const blob = await new Response(await shop.download(file, filters)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${file}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
};
