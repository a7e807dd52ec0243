/** Finds what cannot be stored, so that every procedure refuses it in the same way: texts of PostgreSQL, names of JavaScript. */
import type { FieldIssue } from '@cartwright/contracts';

/** Whether a text contains NUL, or half of a character: a surrogate without the other one. */
const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
const halves = 'must not contain NUL or half of a character (a surrogate without the other one)';

/**
 * The first text in an input that cannot be stored, also in a name of a field, with its path such as `items.0.note`; null when there is
 * none. Nor can a field called `__proto__`, which would be lost where objects are copied.
 */
export const findUnstorable = (value: unknown, path = ''): FieldIssue | null => {
  if (typeof value === 'string') return isUnstorable(value) ? { path, message: halves } : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    if (isUnstorable(name)) return { path, message: halves };
    const at = path === '' ? name : `${path}.${name}`;
    if (name === '__proto__') return { path: at, message: 'must have another name' };
    const found = findUnstorable(inner, at);
    if (found) return found;
  }
  return null;
};
