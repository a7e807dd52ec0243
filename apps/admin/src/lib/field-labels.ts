/** Turns the field names in API errors into the labels that staff see in the forms. */
import type { ProductTextName } from '@cartwright/contracts';
import { fieldOf, type FieldForm } from './form-fields.ts';
import { money } from './format.ts';

interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Labels of the texts in the product form. */
export const productTextLabels: Readonly<Record<ProductTextName, string>> = {
  description: 'Description',
  seoTitle: 'Search engine title',
  seoDescription: 'Search engine text',
};

/** API fields that have another label in the admin's forms. */
const labels: Readonly<Record<string, string>> = {
  ...productTextLabels,
  altText: 'Alternative text',
  amountCents: 'Amount',
  backorderLimit: 'Backorder limit',
  tracked: 'Track stock',
  ratePpm: 'Percent',
  brand: 'Brand',
  buyQuantity: 'Buy',
  carrier: 'Carrier',
  categoryId: 'Category',
  city: 'City',
  code: 'Code',
  collectionId: 'Collection',
  company: 'Company',
  count: 'How many',
  countries: 'Countries',
  countryCode: 'Country',
  currencies: 'Further currencies',
  currency: 'Currency',
  customerGroup: 'Customer group',
  defaultCountry: 'Default country',
  delta: 'Units',
  email: 'E-mail',
  endsAt: 'Ends',
  expiresAt: 'Can be spent until',
  firstName: 'First name',
  freeFromCents: 'Free from',
  fromLocationId: 'From',
  getQuantity: 'Get',
  imageAltText: 'Alternative text',
  imageUrl: 'Image URL',
  lastName: 'Last name',
  limitPerCustomer: 'Limit',
  line1: 'Street',
  line2: 'Address line 2',
  locationId: 'Location',
  maxPriceCents: 'Maximum price',
  maxSubtotalCents: 'Below value',
  maxWeightGrams: 'Below kg',
  minQuantity: 'From units',
  minSubtotalCents: 'Minimum cart value',
  minWeightGrams: 'From kg',
  name: 'Name',
  note: 'Note',
  onHand: 'Units counted',
  parentId: 'Parent category',
  password: 'Password',
  paymentRetryMinutes: 'Time to pay after a decline (minutes)',
  paymentWindowMinutes: 'Time to pay (minutes)',
  perCustomerLimit: 'Uses per customer',
  percentBasisPoints: 'Percent',
  phone: 'Phone',
  position: 'Position in the list',
  postalCode: 'Postal code',
  prefix: 'Prefix',
  priceCents: 'Price',
  priceDriftBasisPoints: 'Allowed price increase (%)',
  priority: 'Priority',
  productId: 'Product',
  quantity: 'Units',
  reason: 'Reason',
  region: 'Region',
  regions: 'Regions',
  reorderThreshold: 'Reorder threshold',
  salePriceCents: 'Sale price',
  shippingTaxClass: 'Tax class of shipping',
  taxRounding: 'Rounding of tax',
  defaultWeightGrams: 'Default weight (g)',
  sku: 'SKU',
  startsAt: 'Starts',
  stockThreshold: 'Stock threshold',
  tags: 'Tags',
  taxClass: 'Tax class',
  text: 'Note',
  toLocationId: 'To',
  token: 'Set-up token',
  trackingNumber: 'Tracking number',
  trackingUrl: 'Tracking URL',
  units: 'Units',
  url: 'Image URL',
  usageLimit: 'Total uses',
  variantId: 'Variant',
};
/** Lists that forms show as numbered rows. */
const numbered = new Set(['bands', 'prices', 'rules']);

/** Label of a field path: `bands.1.priceCents` becomes `Price (row 2)`. A field without a label keeps its path. */
export const labelOf = (path: string): string => {
  const parts = path.split('.');
  const label = labels[parts.at(-1) ?? ''];
  if (label === undefined) return path;
  const at = parts.findIndex((part) => /^\d+$/.test(part));
  const index = Number(parts[at]);
  return at > 0 && (index > 0 || numbered.has(parts[at - 1] ?? '')) ? `${label} (row ${index + 1})` : label;
};

const camelCase = /\b[a-z]+(?:[A-Z][a-z0-9]*)+\b/g;
const relabel = (text: string): string => text.replaceAll(camelCase, (name) => labels[name] ?? name);

/** The limits and values in the message about an amount, with the currency in place of its smallest unit. */
const withCurrency = (path: string, text: string, currency: string | undefined): string =>
  currency !== undefined && /^[A-Z]{3}$/.test(currency) && path.endsWith('Cents')
    ? text
        .replace(", in the currency's smallest unit", '')
        .replaceAll(/(?<![\w.])-?\d+(?!\w|\.\d)/g, (cents) => money(Number(cents), currency))
    : text;

/** The messages of wrong fields, under the names of the form's fields. Amounts are written as by `withLabels`. */
export const messagesOf = (form: Omit<FieldForm, 'setErrors'>, fields: readonly FieldError[], currency?: string): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap(({ path, message }) => {
      const name = form.fieldOf?.(path) ?? fieldOf(form.values, path);
      const text = relabel(withCurrency(path, message, currency));
      return name === undefined ? [] : [[name, text.charAt(0).toUpperCase() + text.slice(1)]];
    }),
  );

/**
 * An error message with labels in place of field names, and one sentence for each wrong field that the message does not mention. Amounts
 * are written in `currency`; without one they stay as the API wrote them.
 */
export const withLabels = (message: string, fields: readonly FieldError[], currency?: string): { title: string; fields: string[] } => {
  const named = fields.find(({ path }) => path !== '' && message.startsWith(`${path} `));
  // The API describes several wrong fields in one message; the title is about the first.
  const first = named && message.startsWith(`${named.path} ${named.message}. `) ? `${named.path} ${named.message}.` : message;
  const title = relabel(named ? labelOf(named.path) + withCurrency(named.path, first.slice(named.path.length), currency) : first);
  // A message that begins with no field may describe one in other words.
  const others = fields.filter((field) => (named ? field !== named : !first.includes(field.message)));
  return {
    title,
    fields: others.map((field) => `${labelOf(field.path)} ${relabel(withCurrency(field.path, field.message, currency))}`.trim()),
  };
};
