import anyAscii from 'any-ascii';

/** A handle as it is kept and compared: without padding, its characters composed (NFC), upper and lower case as given. */
export const toHandle = (text: string): string => text.trim().normalize('NFC');

/** URL words from free text of any script: lower case, ASCII letters and digits, joined by hyphens. */
export const toSlug = (text: string, max = 200): string =>
  anyAscii(text.normalize('NFKD').replace(/[\u0300-\u036f]/g, ''))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, max)
    .replace(/^-+|-+$/g, '') || 'item';
