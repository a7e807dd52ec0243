/** Text as PostgreSQL can store it: without U+0000 and halves of characters, cut to a length. */
export const storableText = (text: string, length: number): string => text.replaceAll('\0', '').slice(0, length).toWellFormed();
