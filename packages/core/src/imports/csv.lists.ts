/** Lists in a cell: parts with a separator between them. A separator that belongs to a part follows a backslash. */

const reading = { ',': /((?:\\[\\,]|[^,])*)(?:,|$)/g, '>': /((?:\\[\\>]|[^>])*)(?:>|$)/g } as const;
const escaped = { ',': /[\\,]/g, '>': /[\\>]/g } as const;
type Separator = keyof typeof reading;

const split = (text: string, separator: Separator): string[] =>
  [...text.matchAll(reading[separator])].map(([, part = '']) => part.replaceAll(/\\([\\,>])/g, '$1').trim()).filter(Boolean);
const join = (parts: readonly string[], separator: Separator, between: string): string =>
  parts.map((part) => part.replaceAll(escaped[separator], String.raw`\$&`)).join(between);

/** The different parts of a list with commas. */
export const splitList = (text: string): string[] => [...new Set(split(text, ','))];
/** A list with commas, which `splitList` reads. */
export const joinList = (parts: readonly string[]): string => join(parts, ',', ', ');

/** The names of a category and of those above it, the top one first: `Clothes > Tees`. */
export const splitPath = (text: string): string[] => split(text, '>');
/** The path of a category, which `splitPath` reads. */
export const joinPath = (path: readonly string[]): string => join(path, '>', ' > ');
