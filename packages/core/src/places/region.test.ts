import { iso31661 } from 'iso-3166';
import { describe, expect, it } from 'vitest';
import { findRegion, listRegions } from './index.ts';

const countryCodes = iso31661.map(({ alpha2 }) => alpha2);

describe('regions', () => {
  it.each(['en', 'es', 'zh-CN', 'ar'])('every region that the shop lists is found by its code and its listed name (%s)', (locale) => {
    const lost = countryCodes.flatMap((country) =>
      listRegions(country, locale).flatMap(({ code, name }) =>
        [code, name, name.toLowerCase(), `${country}-${code}`]
          .filter((typed) => findRegion(country, typed) !== code)
          .map((typed) => `${country} ${code}: ${typed}`),
      ),
    );
    expect(lost).toEqual([]);
  });

  it.each([
    ['IN', 'TS', ['Telangana', 'TG', 'तेलंगाना']],
    ['IN', 'OD', ['Odisha', 'OR', 'od']],
    ['CN', 'GD', ['Guangdong', '广东省', '44', 'Guangdong Sheng']],
    ['IR', '23', ['Tehran']],
    ['AR', 'B', ['Buenos Aires', 'ar-b']],
    ['US', 'AE', ['ae', 'Armed Forces (AE)']],
  ])('a region of %s has the one code %s, however it is written', (country, code, spellings) => {
    expect(spellings.map((typed) => findRegion(country, typed))).toEqual(spellings.map(() => code));
  });

  it('no country lists a region twice', () => {
    for (const country of countryCodes) {
      const codes = listRegions(country).map(({ code }) => code);
      expect(codes, country).toEqual([...new Set(codes)]);
    }
  });
});
