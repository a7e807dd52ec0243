import { describe, expect, it } from 'vitest';
import { mergeValues, type ProductValues } from './product-form.ts';

const before: ProductValues = {
  name: 'Apron',
  brand: 'Holm',
  status: 'active',
  tags: ['linen'],
  categoryId: null,
  texts: { description: '' },
  prices: { small: 10, large: 12 },
};

describe('merging the product form with changes saved elsewhere', () => {
  it('the product form keeps the typed fields and takes over the fields that others changed', () => {
    const mine = { ...before, texts: { description: 'Mine' }, prices: { small: 11, large: 12 } };
    const theirs = { ...before, brand: 'Theirs', tags: ['cotton'], prices: { small: 10, large: 13, giant: 20 } };
    expect(mergeValues(before, mine, theirs)).toEqual({
      ...theirs,
      texts: { description: 'Mine' },
      prices: { small: 11, large: 13, giant: 20 },
    });
  });

  it('the product form cannot be merged when both changed the same field to different values', () => {
    expect(mergeValues(before, { ...before, name: 'Mine' }, { ...before, name: 'Theirs' })).toBeNull();
    expect(mergeValues(before, { ...before, prices: { small: 1, large: 12 } }, { ...before, prices: { small: 2, large: 12 } })).toBeNull();
  });

  it('the product form is merged without conflict when both changed a field to the same value', () => {
    const both = { ...before, name: 'Same' };
    expect(mergeValues(before, both, { ...both, brand: 'Theirs' })).toEqual({ ...both, brand: 'Theirs' });
  });
});
