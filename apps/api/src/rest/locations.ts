/** `Location` of a 201 response: the address of the created record. Braces name a field of the response. */
export const locations: Readonly<Record<string, string>> = {
  'products.create': '/products/{id}',
  'products.duplicate': '/products/{id}',
  'imports.begin': '/imports/products/{id}',
  'collections.create': '/collections/{slug}/products',
  'imports.create': '/imports/products/{id}',
  'carts.create': '/carts/{cart.id}',
  'carts.addToMine': '/carts/{id}',
  'carts.addItem': '/carts/{id}',
  'carts.addItems': '/carts/{id}',
  'orders.addNote': '/orders/{id}',
  'returns.request': '/orders/{id}',
  'checkout.complete': '/orders/{id}',
  'checkout.retryPayment': '/orders/{id}',
};

/** `Location` of a 202 response: the address to poll while the `status` of the response is `pending`. */
export const polls: Readonly<Record<string, string>> = {
  'checkout.complete': '/checkout/orders/{id}',
  'checkout.retryPayment': '/checkout/orders/{id}',
};

/** `Content-Location` of a read: the current address of the returned record. */
export const contentLocations: Readonly<Record<string, string>> = { 'products.get': '/products/{slug}' };

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

const fill = (template: string | undefined, answer: unknown): string | null =>
  template?.replace(/\{([\w.]+)\}/g, (_, path: string) => encodeURIComponent(String(path.split('.').reduce(field, answer)))) ?? null;

/** The address under `/api/v1` of the created record; null for procedures that create none. */
export const locationOf = (procedure: string, answer: unknown): string | null => fill(locations[procedure], answer);

/**
 * The current address under `/api/v1` of a record requested by a previous slug or by its handle; null if requested by id or current slug.
 */
export const contentLocationOf = (procedure: string, input: unknown, answer: unknown): string | null => {
  const requested = field(input, 'id');
  return contentLocations[procedure] === undefined || requested === field(answer, 'id') || requested === field(answer, 'slug')
    ? null
    : fill(contentLocations[procedure], answer);
};

/** The address under `/api/v1` to poll while the response is not final; null if it is final. */
export const pollOf = (procedure: string, answer: unknown): string | null =>
  field(answer, 'status') === 'pending' ? fill(polls[procedure], answer) : null;
