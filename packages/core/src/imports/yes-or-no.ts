/** Words for yes and no in the cells of mapped columns. */

const yes = /^(true|yes|y|1|on|continue|allow|ja|oui|s[ií])$/i;
const no = /^(false|no|n|0|off|deny|none|nein|non)$/i;

/** A cell that says yes or no. */
export const yesOrNo = new RegExp(`${yes.source}|${no.source}`, 'i');

/** Whether a cell says yes; undefined for an empty cell, null for another word. */
export const readYesOrNo = (text: string): boolean | undefined | null => {
  if (text === '') return undefined;
  if (yes.test(text)) return true;
  return no.test(text) ? false : null;
};
