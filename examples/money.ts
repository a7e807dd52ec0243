/** An amount in minor units, as people read it: `€109.90`, `¥1,250`. */
export const money = (minorUnits: number, currency: string): string => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(minorUnits / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};
