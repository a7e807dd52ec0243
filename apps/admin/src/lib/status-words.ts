/** The words in which a status is shown: in badges, in filters and in sentences. */

/** Statuses of the API whose words differ from their code. */
const words: Readonly<Record<string, string>> = { partially_refunded: 'partly refunded' };

/** A status inside a sentence: `in_transit` becomes `in transit`. */
export const statusInWords = (status: string): string => words[status] ?? status.replaceAll('_', ' ');

/** A status on its own: `in_transit` becomes `In transit`. */
export const statusLabel = (status: string): string => {
  const text = statusInWords(status);
  return text.charAt(0).toUpperCase() + text.slice(1);
};
