import { expect, it } from 'vitest';
import { labelOf, messagesOf, withLabels } from './field-labels.ts';

it('a field is named by the label of its form, and a row of a list by its number', () => {
  expect(labelOf('trackingUrl')).toBe('Tracking URL');
  expect(labelOf('bands.1.priceCents')).toBe('Price (row 2)');
  expect(labelOf('variants.0.sku')).toBe('SKU');
});

it('a field without a label keeps its path', () => {
  expect(labelOf('metadata.colour')).toBe('metadata.colour');
});

it('a message has labels in place of field names', () => {
  expect(withLabels('endsAt must be after startsAt.', [{ path: 'endsAt', message: 'must be after startsAt' }])).toEqual({
    title: 'Ends must be after Starts.',
    fields: [],
  });
});

it('a field that the message already describes is not repeated', () => {
  const reason = 'must start with https://';
  expect(withLabels(`The address of the image ${reason}.`, [{ path: 'url', message: reason }]).fields).toEqual([]);
});

it('wrong fields that the message does not mention are listed', () => {
  const fields = [
    { path: 'name', message: 'must have at least 1 character' },
    { path: 'salePriceCents', message: 'must be at least 0' },
  ];
  expect(withLabels('name must have at least 1 character.', fields)).toEqual({
    title: 'Name must have at least 1 character.',
    fields: ['Sale price must be at least 0'],
  });
});

it('of a message about several wrong fields, the title has the first and the list the others', () => {
  const fields = [
    { path: 'name', message: 'is required' },
    { path: 'salePriceCents', message: 'is required' },
  ];
  expect(withLabels('name is required. salePriceCents is required.', fields)).toEqual({
    title: 'Name is required.',
    fields: ['Sale price is required'],
  });
});

it('a limit of an amount is written in the currency of the form, and other numbers stay', () => {
  const fields = [
    { path: 'items.0.salePriceCents', message: "must be at least 0, in the currency's smallest unit; -500 was given" },
    { path: 'quantity', message: 'must be at most 10000; 20000 was given' },
  ];
  expect(withLabels("items.0.salePriceCents must be at least 0, in the currency's smallest unit; -500 was given.", fields, 'EUR')).toEqual({
    title: 'Sale price must be at least €0.00; -€5.00 was given.',
    fields: ['Units must be at most 10000; 20000 was given'],
  });
  expect(withLabels('Invalid input.', [{ path: 'priceCents', message: 'must be at most 5000' }], 'JPY').fields).toEqual([
    'Price must be at most ¥5,000',
  ]);
});

it('an error is shown at the field of the form that has its name, and amounts in the currency of the form', () => {
  const fields = [
    { path: 'imageUrl', message: 'must start with https://' },
    { path: 'variants.0.priceCents', message: 'must be at most 5000' },
    { path: 'metadata', message: 'is too large' },
  ];
  expect(messagesOf({ values: { imageUrl: '', price: 0 } }, fields, 'EUR')).toEqual({
    imageUrl: 'Must start with https://',
    price: 'Must be at most €50.00',
  });
});
