/** Making a format costs a hundred times what using it does. There are as many as a shop has currencies. */
const formats = new Map<string, { readonly format: Intl.NumberFormat; readonly unit: number }>();

const formatOf = (currency: string) => {
  const known = formats.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const made = { format, unit: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2) };
  formats.set(currency, made);
  return made;
};

/** Money for people, by the currency's own number of decimals (ISO 4217 as known to Intl). */
export const formatMoney = (cents: number, currency: string): string => {
  const { format, unit } = formatOf(currency);
  return format.format(cents / unit);
};
