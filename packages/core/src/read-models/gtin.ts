/** GTINs: one number, written with 8, 12, 13 or 14 digits. UPC-A `012345678905` is EAN-13 `0012345678905`. */

const lengths = [8, 12, 13, 14] as const;

/** Every way to write the GTIN that a text is; the text alone when it is none. */
export const gtinForms = (text: string): string[] => {
  if (!/^\d+$/.test(text) || !lengths.some((length) => length === text.length)) return [text];
  const padded = text.padStart(14, '0');
  return lengths.filter((length) => /^0*$/.test(padded.slice(0, 14 - length))).map((length) => padded.slice(14 - length));
};
