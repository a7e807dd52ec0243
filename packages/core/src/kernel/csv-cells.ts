/** Cells that a spreadsheet would run: an apostrophe makes a formula text, at the start and behind what other spreadsheets split at. */

/** The cell as spreadsheets show it and never run it. `revealFormulas` takes it back, character for character. */
export const disarmFormulas = (cell: string): string =>
  cell
    .replaceAll('\0', '')
    .replace(/^(?='*[=+\-@\t\r])/, "'")
    .replaceAll(/([;|\t\r\n])(?='*[=+\-@])/g, "$1'");

/** Takes off what `disarmFormulas` put there. */
export const revealFormulas = (cell: string): string =>
  cell.replaceAll(/([;|\t\r\n])'(?='*[=+\-@])/g, '$1').replace(/^'(?='*[=+\-@\t\r])/, '');
