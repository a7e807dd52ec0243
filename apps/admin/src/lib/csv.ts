/** CSV upload in chunks, and CSV download with the access token of the user. */
import type { CatalogImport, CsvFile } from '@cartwright/contracts';
import type { DownloadFilters } from '@cartwright/sdk';
import { Refused } from './refused.ts';
import { shop } from './shop.ts';

const chunkSize = 150_000;

/** Uploads a file in chunks, without reading all of it into memory. `onProgress` gets the uploaded share, 0 to 1. */
export const uploadCsv = async (file: File, onProgress: (share: number) => void): Promise<CatalogImport> => {
  if (file.size === 0) throw new Refused(`${file.name} is empty. Choose another file.`);
  const opened = await shop.imports.begin({ fileName: file.name });
  const decoder = new TextDecoder();
  let position = 0;
  for (let from = 0; from < file.size; from += chunkSize) {
    const bytes = await file.slice(from, from + chunkSize).arrayBuffer();
    // A chunk can end inside a multi-byte character: the decoder keeps the first bytes for the next chunk.
    const content = decoder.decode(bytes, { stream: from + chunkSize < file.size });
    if (content === '') continue;
    await shop.imports.append({ id: opened.id, position, content });
    position += 1;
    onProgress(Math.min(1, (from + chunkSize) / file.size));
  }
  return opened;
};

/** Downloads a CSV file of the API, with the filters of its list, or the id of the import whose failed rows it has. */
export const downloadCsv = async <F extends CsvFile>(file: F, filters?: DownloadFilters<F>, name: string = file): Promise<void> => {
  const blob = await new Response(await shop.download(file, filters)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
};
