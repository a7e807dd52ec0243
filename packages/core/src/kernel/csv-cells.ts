/**
 * Cells that a spreadsheet would run: an apostrophe turns a formula into text, at the start and after the separators of other spreadsheets.
 */

/** Escapes a cell so that a spreadsheet shows it and never runs it as a formula. `revealFormulas` restores the exact text. */
export const disarmFormulas = (cell: string): string =>
  cell
    .replaceAll('\0', '')
    .replace(/^(?='*[=+\-@\t\r])/, "'")
    .replaceAll(/([;|\t\r\n])(?='*[=+\-@])/g, "$1'");

/** Removes the escape of `disarmFormulas`. */
export const revealFormulas = (cell: string): string =>
  cell.replaceAll(/([;|\t\r\n])'(?='*[=+\-@])/g, '$1').replace(/^'(?='*[=+\-@\t\r])/, '');
