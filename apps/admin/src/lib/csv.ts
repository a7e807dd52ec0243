/** CSV upload in chunks, and CSV download with the access token of the user. */
import type { CatalogImport, CsvFile } from '@cartwright/contracts';
import type { DownloadFilters } from '@cartwright/sdk';
import { Refused } from './refused.ts';
import { showNote } from './queries.ts';
import { shop } from './shop.ts';
import { decodeFile, encodingOf } from './text-encoding.ts';

/**
 * Uploads a file in chunks, without reading all of it into memory. `onProgress` gets the uploaded share, 0 to 1. A file in another encoding
 * than UTF-8 is converted; one without a mark that says which is named to the user.
 */
export const uploadCsv = async (file: File, onProgress: (share: number) => void): Promise<CatalogImport> => {
  if (file.size === 0) throw new Refused(`${file.name} is empty. Choose another file.`);
  const encoding = await encodingOf(file);
  const opened = await shop.imports.begin({ fileName: file.name });
  let position = 0;
  for await (const { text, share } of decodeFile(file, encoding)) {
    if (text === '') continue;
    await shop.imports.append({ id: opened.id, position, content: text });
    position += 1;
    onProgress(share);
  }
  if (encoding === 'windows-1252')
    showNote('The file is not UTF-8', 'It is read as Windows-1252. If letters such as é are wrong in the preview, save it as CSV UTF-8.');
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
