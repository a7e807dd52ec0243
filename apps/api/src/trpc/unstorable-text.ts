/** Finds texts that PostgreSQL cannot store, so that every procedure refuses them in the same way. */

/** Whether a text contains NUL, or half of a character: a surrogate without the other one. */
const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();

/** The path of the first unstorable text in an input, also of a name of a field, such as `items.0.note`; null when there is none. */
export const findUnstorableText = (value: unknown, path = ''): string | null => {
  if (typeof value === 'string') return isUnstorable(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const found = isUnstorable(name) ? path : findUnstorableText(inner, at);
    if (found !== null) return found;
  }
  return null;
};
