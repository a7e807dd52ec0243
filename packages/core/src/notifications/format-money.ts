/** Money for people, by the currency's own number of decimals (ISO 4217 as known to Intl). */
export const formatMoney = (cents: number, currency: string): string => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};
