/** When the terms of a price list are valid. */
import { describeIssues, instantInput, type FieldIssue, type PriceList } from '@cartwright/contracts';
import { DomainError } from '../kernel/index.ts';

type Window = Pick<PriceList, 'startsAt' | 'endsAt'>;

/** Unchanged times pass, whatever their year: an edit of another field must not fail. Throws `INVALID_INPUT`. */
export const assertNewInstants = (before: { readonly [K in keyof Window]: Date | null | undefined }, after: Window): void => {
  const fields = (['startsAt', 'endsAt'] as const).flatMap((path): FieldIssue[] => {
    const [was, is] = [before[path], after[path]];
    if (is === null || (was && was.getTime() === Date.parse(is))) return [];
    const { error } = instantInput.safeParse(is);
    return (error ? describeIssues(instantInput, error, is).fields : []).map(({ message }) => ({ path, message }));
  });
  if (fields.length > 0) throw new DomainError('INVALID_INPUT', 'The start or end of the price list is not a valid time.', { fields });
};
