/** The fields that a change sends; omitted fields stay unchanged. */
export const sent = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
