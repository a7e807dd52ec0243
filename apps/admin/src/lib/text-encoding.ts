/** The encoding of a text file: what its first bytes say, else whether it is valid UTF-8. */

/** An encoding that a spreadsheet writes. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const chunkSize = 150_000;

/** Decodes a file, a part at a time. A character may begin in one part and end in the next. */
export const decodeFile = async function* (
  file: Blob,
  encoding: TextEncoding,
  fatal = false,
): AsyncGenerator<{ readonly text: string; readonly share: number }> {
  const decoder = new TextDecoder(encoding, { fatal });
  for (let from = 0; from < file.size; from += chunkSize) {
    const bytes = await file.slice(from, from + chunkSize).arrayBuffer();
    const end = Math.min(file.size, from + chunkSize);
    yield { text: decoder.decode(bytes, { stream: end < file.size }), share: end / file.size };
  }
};

/** Finds the encoding of a file. One that is neither marked nor recognised is UTF-8, whose rows the import then refuses. */
export const encodingOf = async (file: Blob): Promise<TextEncoding> => {
  const head = new Uint8Array(await file.slice(0, 4_096).arrayBuffer());
  return utf16Of(head) ?? ((await isUtf8(file)) || !(await isWestern(file)) ? 'utf-8' : 'windows-1252');
};

/** By its mark, or because one of two bytes of each Latin letter is zero. */
const utf16Of = (head: Uint8Array): TextEncoding | null => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zerosAt = (parity: number) => head.filter((byte, i) => byte === 0 && i % 2 === parity).length;
  const [first, second] = [zerosAt(0), zerosAt(1)];
  if (Math.max(first, second) * 8 < head.length || Math.min(first, second) * 8 > Math.max(first, second)) return null;
  return first > second ? 'utf-16be' : 'utf-16le';
};

const isUtf8 = async (file: Blob): Promise<boolean> => {
  try {
    for await (const _ of decodeFile(file, 'utf-8', true));
    return true;
  } catch {
    return false;
  }
};

/** Whether a file makes sense in Windows-1252: text of another alphabet would have controls, or accents only. */
const isWestern = async (file: Blob): Promise<boolean> => {
  for await (const { text } of decodeFile(file, 'windows-1252')) if (/[\u0080-\u009F]|[\u00C0-\u00FF]{4}/.test(text)) return false;
  return true;
};
