/** What staff choose for the columns of a file, and the mapping that comes of it. */
import { importFields, type ImportMapping } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { choicesOf, meaningsOf, problemsOf, reorderedImages, toMapping, withMeaning } from './import-mapping.ts';

const file = {
  columns: ['Article', 'Brand', 'Care', 'Photo', 'Photo 2', 'Photo 3', 'Net'].map((name) => ({ name, samples: [] })),
  fields: importFields,
};
const mapping: ImportMapping = {
  columns: {
    name: 'Article',
    sku: 'Article',
    brand: 'Brand',
    metadata: ['Care', 'Brand'],
    images: ['Photo 2', 'Photo'],
    price: 'Net',
  },
  constants: { tags: ['new'] },
  separators: { images: '|' },
};
const { columns, ...rest } = mapping;
const choices = choicesOf(mapping);

describe('the columns of an import', () => {
  it('a mapping that nobody changes stays the same: columns of several meanings, and the order of columns', () => {
    expect(toMapping(choices, file, rest)).toEqual(mapping);
    expect(meaningsOf(choices, 'Article', file)).toEqual(['name', 'sku']);
    expect(meaningsOf(choices, 'Brand', file)).toEqual(['brand', 'metadata']);
    expect(meaningsOf(choices, 'Photo 3', file)).toEqual([]);
  });

  it('one changed meaning of a column leaves its other meanings and the other columns as they were', () => {
    const changed = withMeaning(choices, { column: 'Brand', before: 'brand', after: 'tags' }, file);
    const { brand: _, ...others } = columns;
    expect(toMapping(changed, file, rest).columns).toEqual({ ...others, tags: ['Brand'] });
    const removed = withMeaning(choices, { column: 'Article', before: 'sku', after: null }, file);
    expect(meaningsOf(removed, 'Article', file)).toEqual(['name']);
    const added = withMeaning(choices, { column: 'Care', before: null, after: 'description' }, file);
    expect(meaningsOf(added, 'Care', file)).toEqual(['description', 'metadata']);
    const repeated = withMeaning(choices, { column: 'Care', before: null, after: 'metadata' }, file);
    expect(repeated.get('metadata')).toEqual(['Care', 'Brand']);
  });

  it('a column that staff choose for a list comes before the first one that follows it in the file', () => {
    const third = withMeaning(choices, { column: 'Photo 3', before: null, after: 'images' }, file);
    expect(third.get('images')).toEqual(['Photo 2', 'Photo', 'Photo 3']);
    expect(reorderedImages(third, file)).toEqual(['Photo 2', 'Photo', 'Photo 3']);
    const without = withMeaning(third, { column: 'Photo', before: 'images', after: null }, file);
    const again = withMeaning(without, { column: 'Photo', before: null, after: 'images' }, file);
    expect(again.get('images')).toEqual(['Photo', 'Photo 2', 'Photo 3']);
    expect(reorderedImages(again, file)).toBeNull();
  });

  it('a missing required field and a second column of a field of one column are problems', () => {
    expect(problemsOf(choices, file)).toEqual({ missing: [], repeated: new Set() });
    const changed = withMeaning(choices, { column: 'Care', before: 'metadata', after: 'sku' }, file);
    const without = withMeaning(changed, { column: 'Net', before: 'price', after: null }, file);
    expect(problemsOf(without, file)).toEqual({ missing: ['Price'], repeated: new Set(['sku']) });
  });
});
