/** How many decimals a currency has (ISO 4217): what one minor unit is. */

const decimals: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const exponents = new Map(Object.entries(decimals).flatMap(([n, codes]) => codes.split(' ').map((code) => [code, Number(n)] as const)));

/** Decimals of a currency: 0 for JPY, 3 for KWD, 2 where nothing else is known. */
export const currencyExponent = (code: string): number => exponents.get(code) ?? 2;

/** `12.5` in USD -> 1250. Digits, not floats, so that nothing is lost; null when it is no amount of this currency. */
export const toMinorUnits = (amount: string, code: string): number | null => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(amount.trim()) ?? [];
  const places = currencyExponent(code);
  if (!whole || fraction.replace(/0+$/, '').length > places) return null;
  const units = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  return Number.isSafeInteger(units) ? (sign ? -units : units) : null;
};

/** 1250 in USD -> `12.50`; 1250 in JPY -> `1250`. */
export const toDecimal = (minorUnits: number, code: string): string => {
  const places = currencyExponent(code);
  const digits = String(Math.abs(minorUnits)).padStart(places + 1, '0');
  const sign = minorUnits < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};
