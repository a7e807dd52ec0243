/** A text in slices of at most so many characters, none of which ends within a pair that is one character together. */
export const textSlices = function* (text: string, size: number): Generator<string, void, undefined> {
  for (let at = 0; at < text.length;) {
    const end = at + size;
    const splitsPair = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
    const next = splitsPair ? end - 1 : end;
    yield text.slice(at, next);
    at = next;
  }
};
