/** The available units of a variant in words, the same on every page. */

/** Units on hand less reserved ones: below zero when more are sold than are on hand. */
interface Units {
  readonly tracked: boolean;
  readonly available: number;
}

/** `12`, `0, 3 sold ahead` or `Not tracked`. */
export const availableInWords = ({ tracked, available }: Units): string => {
  if (!tracked) return 'Not tracked';
  return available < 0 ? `0, ${(-available).toLocaleString('en')} sold ahead` : available.toLocaleString('en');
};

/** The same in a sentence: `12 available`, `0 available, 3 sold ahead` or `not tracked`. */
export const availableInSentence = ({ tracked, available }: Units): string => {
  if (!tracked) return 'not tracked';
  const shown = Math.max(0, available).toLocaleString('en');
  return `${shown} available${available < 0 ? `, ${(-available).toLocaleString('en')} sold ahead` : ''}`;
};
