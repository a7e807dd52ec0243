import { describe, expect, it } from 'vitest';
import { decodeFile, encodingOf } from './text-encoding.ts';

const text = 'Handle,Title\ncafe,Café “Größe” 東京\n';
const utf16 = (content: string, isBig: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(content.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < content.length; i += 1) view.setUint16(2 * i, content.charCodeAt(i), !isBig);
  return bytes;
};
const read = async (bytes: Uint8Array<ArrayBuffer>) => {
  const file = new Blob([bytes]);
  const encoding = await encodingOf(file);
  let all = '';
  for await (const part of decodeFile(file, encoding)) all += part.text;
  return { encoding, all };
};

describe('encodings of files', () => {
  it.each([
    ['utf-16le', `\uFEFF${text}`, false],
    ['utf-16be', `\uFEFF${text}`, true],
    ['utf-16le', text, false],
    ['utf-16be', text, true],
  ] as const)('%s is recognised by its mark, or by its zero bytes', async (encoding, content, isBig) => {
    expect(await read(utf16(content, isBig))).toEqual({ encoding, all: text });
  });

  it('text that is valid UTF-8 is that, also where a part of the file ends within a character', async () => {
    const long = `Handle,Title\n${'é'.repeat(200_000)}東京`;
    expect(await read(new TextEncoder().encode(long))).toEqual({ encoding: 'utf-8', all: long });
  });

  it('text of western languages that is not UTF-8 is Windows-1252', async () => {
    const bytes = Uint8Array.from('Handle,Title\ncafe,Caf\u00e9 \u0093Gr\u00f6\u00dfe\u0094 5 \u0080\n', (c) => c.charCodeAt(0));
    expect(await read(bytes)).toEqual({ encoding: 'windows-1252', all: 'Handle,Title\ncafe,Café “Größe” 5 €\n' });
  });

  it('text of another alphabet that is not UTF-8 is not taken for Windows-1252', async () => {
    const cyrillic = Uint8Array.from('Handle,Title\na,\u00d1\u00f2\u00ee\u00eb\n', (c) => c.charCodeAt(0));
    expect(await read(cyrillic)).toMatchObject({ encoding: 'utf-8', all: expect.stringContaining('\uFFFD') as string });
  });
});
