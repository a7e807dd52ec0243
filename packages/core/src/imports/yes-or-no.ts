/** Words for yes and no in the cells of a file, in the languages of spreadsheets, and what they hide. */
import { openProductStatuses } from '@cartwright/contracts';

const yes = /^(true|yes|y|1|on|continue|allow|ja|wahr|oui|vrai|s[iíì]|verdadero|vero|sim|verdadeiro|tak|ano|da)$/i;
const no = /^(false|no|n|0|off|deny|none|nein|falsch|non|faux|falso|n[aã]o|nie|ne|nee|nej|nei)$/i;

/** A cell that says yes or no. */
export const yesOrNo = new RegExp(`${yes.source}|${no.source}`, 'i');

/** Whether a cell says yes; undefined for an empty cell, null for another word. */
export const readYesOrNo = (text: string): boolean | undefined | null => {
  if (text === '') return undefined;
  if (yes.test(text)) return true;
  return no.test(text) ? false : null;
};

/** Whether a cell that says if something is offered hides it: by a no, or by a word that is no yes. An empty cell hides nothing. */
export const hides = (text: string): boolean => text !== '' && readYesOrNo(text) !== true;

/** Whether the cells of a row, for whether it is published and for its status, hide it. */
export const isHiddenBy = (published: string, status: string): boolean =>
  hides(published) || (status !== '' && !openProductStatuses.some((open) => open === status.toLowerCase()));
