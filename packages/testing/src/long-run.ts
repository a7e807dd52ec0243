/** `npm test` runs the short form of a series, `npm run test:long` the whole series. */

/** True in `npm run test:long`. */
export const isLongRun = process.env['TEST_LONG'] === '1';

/** Returns the whole series in a long run, otherwise the short one. */
export const seriesOf = <T>(whole: readonly T[], short: readonly NoInfer<T>[]): readonly T[] => (isLongRun ? whole : short);
