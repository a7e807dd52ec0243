import { describe, expect, it } from 'vitest';
import { contract } from './contract.ts';
import { currency, type Currency, currencyExponent, formatMoney, toDecimal, toMinorUnits } from './currency.ts';
import { errorRules } from './errors.ts';
import { describeIssues } from './validation.ts';

describe('an invalid price', () => {
  const rule = { name: 'Rule', effect: 'percent_off' as const };
  const inputs = [
    { rules: [{ ...rule, percentBasisPoints: 15_000 }] },
    { rules: [{ ...rule, percentBasisPoints: -1 }] },
    { rules: [{ ...rule, effect: 'amount_off', amountCents: -500 }] },
    { rules: [{ ...rule, effect: 'fixed_price', amountCents: 0.5 }] },
    { rules: [{ ...rule, effect: 'order_amount_off', amountCents: 100, minSubtotalCents: 2 ** 60 }] },
  ];
  it.each(inputs)('an invalid price is refused with INVALID_PRICE: %j', (input) => {
    const schema = contract.pricing.createRules.input;
    const parsed = schema.safeParse(input);
    if (parsed.success) throw new Error('This must not parse');
    expect(describeIssues(schema, parsed.error, input).code).toBe('INVALID_PRICE');
    expect(errorRules.INVALID_PRICE.status).toBe(422);
  });

  it('a malformed field that is not a price is refused with INVALID_INPUT', () => {
    const schema = contract.pricing.createRules.input;
    const input = { rules: [{ ...rule, name: '' }] };
    const parsed = schema.safeParse(input);
    if (parsed.success) throw new Error('This must not parse');
    expect(describeIssues(schema, parsed.error, input).code).toBe('INVALID_INPUT');
  });
});

describe('a change of a rule', () => {
  it('a change of a rule sets no default for omitted fields', () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(contract.pricing.updateRule.input.parse({ id, version: 1, active: false })).toEqual({ id, version: 1, active: false });
  });
});

describe('minor units', () => {
  it('the number of decimals of a currency follows ISO 4217', () => {
    expect([currencyExponent('JPY'), currencyExponent('USD'), currencyExponent('KWD'), currencyExponent('CLF')]).toEqual([0, 2, 3, 4]);
  });

  it.each([
    ['12.50', 'USD', 1250],
    ['12.5', 'EUR', 1250],
    ['1250', 'JPY', 1250],
    ['1250.00', 'JPY', 1250],
    ['1.234', 'KWD', 1234],
    ['-0.01', 'USD', -1],
  ] as const)('%s %s are %i minor units, in both directions', (amount, currency, units) => {
    expect(toMinorUnits(amount, currency)).toBe(units);
    expect(toMinorUnits(toDecimal(units, currency), currency)).toBe(units);
  });

  it.each([
    ['12.505', 'USD'],
    ['12.5', 'JPY'],
    ['1e3', 'USD'],
    ['', 'USD'],
    ['1,50', 'EUR'],
  ] as const)('"%s" is not an amount in %s', (amount, currency) => {
    expect(toMinorUnits(amount, currency)).toBeNull();
  });
});

describe('a currency', () => {
  it.each(['EUR', 'KWD', 'CLF', 'VED', 'HRK'])('the currency %s is accepted, including withdrawn codes of old orders', (code) => {
    expect(currency.parse(code)).toBe(code);
  });

  it.each(['', '   ', 'eur', 'EURO', 'ZZZ', 'XXX', 'E1R'])('"%s" is not a currency, and the message names ISO 4217', (code) => {
    expect(currency.safeParse(code).error?.issues[0]?.message).toMatch(/ISO 4217/);
  });

  it('the type of a currency does not accept plain text', () => {
    // @ts-expect-error Only `currency.parse` creates this type.
    const madeUp: Currency = '';
    expect(madeUp).toBe('');
  });

  it.each([
    [1_250, 'EUR', '€12.50'],
    [1_250, 'JPY', '¥1,250'],
    [1_250, 'KWD', 'KWD 1.250'],
    [100_000, 'HUF', 'HUF 1,000.00'],
    [100_000, 'COP', 'COP 1,000.00'],
    [100_000, 'IQD', 'IQD 100.000'],
    [100_000, 'MGA', 'MGA 1,000.00'],
    [1_250, 'ISK', 'ISK 1,250'],
    [-1_250, 'USD', '-$12.50'],
  ])('%i minor units of %s are shown as %s', (minorUnits, code, text) => {
    expect(formatMoney(minorUnits, code).replaceAll('\u00a0', ' ')).toBe(text);
  });
});
