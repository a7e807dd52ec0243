/** CSV files on their way in and out: pieces of a size that any connection bears, downloads with the reader's own token. */
import type { CatalogImport } from '@cartwright/contracts';
import { session, shop } from './shop.ts';

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

/** Saves a CSV file of the API. */
export const downloadCsv = async (path: string, fileName: string): Promise<void> => {
  // Any call renews a token that has run out.
  await shop.auth.me();
  const answer = await fetch(`/api/v1${path}`, { headers: { authorization: `Bearer ${session()?.accessToken ?? ''}` } });
  if (!answer.ok) throw new Error(`The file could not be read (${answer.status}).`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
};
