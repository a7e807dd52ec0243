/** Converts between ISO times and inputs of type `datetime-local`, which use the local time of the user. */
export const toLocal = (iso: string | null): string => {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
/** Null for an empty field. */
export const fromLocal = (typed: string): string | null => (typed === '' ? null : new Date(typed).toISOString());
