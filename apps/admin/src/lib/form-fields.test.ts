import { expect, it } from 'vitest';
import { fieldOf } from './form-fields.ts';

it.each([
  ['an amount, which the form has in the currency', { price: 1 }, 'variants.0.priceCents', 'price'],
  ['a field of a row', { bands: [{ price: 1 }, { price: 2 }] }, 'bands.1.priceCents', 'bands.1.price'],
  ['an entry of a list of texts', { tags: ['a'] }, 'rule.tags.0', 'tags'],
  ['a field that the form has in a group', { texts: { description: '' } }, 'description', 'texts.description'],
  ['a part of a value that the form has as a whole', { metadata: '{}' }, 'variants.0.metadata.colour', 'metadata'],
  ['a weight, which the form has in kilograms', { bands: [{ maxWeight: 1 }] }, 'bands.0.maxWeightGrams', 'bands.0.maxWeight'],
  ['a share, which the form has in percent', { priceDrift: 1 }, 'priceDriftBasisPoints', 'priceDrift'],
  ['a discount, which the form has in percent', { percent: 1 }, 'percentBasisPoints', 'percent'],
  ['a weight that the form has in grams', { weightGrams: 1 }, 'variants.0.weightGrams', 'weightGrams'],
  ['a field that the form does not have', { name: '' }, 'version', undefined],
  ['a field of one of several rows that the path does not tell', { bands: [{ price: 1 }, { price: 2 }] }, 'priceCents', undefined],
])('of %s, the error is at the field of the form that has its value', (_what, values, path, field) => {
  expect(fieldOf(values, path)).toBe(field);
});
