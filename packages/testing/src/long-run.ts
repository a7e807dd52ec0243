/** `npm test` tries the short form of a series, `npm run test:long` the whole of it. */

/** True in `npm run test:long`. */
export const isLongRun = process.env['TEST_LONG'] === '1';

/** The whole series in a long run, otherwise the part of it that every change is tried with. */
export const seriesOf = <T>(whole: readonly T[], short: readonly NoInfer<T>[]): readonly T[] => (isLongRun ? whole : short);
