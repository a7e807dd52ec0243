/** Instants in inputs of type `datetime-local`: the wall clock of the person who types. */
export const toLocal = (iso: string | null): string => {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
/** Null when nothing was typed. */
export const fromLocal = (typed: string): string | null => (typed === '' ? null : new Date(typed).toISOString());
