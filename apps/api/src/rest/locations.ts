/** Where a creation can be read afterwards: the `Location` of its 201. Braces name a field of the answer. */
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

/** Where the end of what was only begun can be polled: the `Location` of a 202, sent while the answer's `status` is `pending`. */
export const polls: Readonly<Record<string, string>> = {
  'checkout.complete': '/checkout/orders/{id}',
  'checkout.retryPayment': '/checkout/orders/{id}',
};

/** The present address of what a read answers by others too: the `Content-Location` of its answer. */
export const contentLocations: Readonly<Record<string, string>> = { 'products.get': '/products/{slug}' };

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

const fill = (template: string | undefined, answer: unknown): string | null =>
  template?.replace(/\{([\w.]+)\}/g, (_, path: string) => encodeURIComponent(String(path.split('.').reduce(field, answer)))) ?? null;

/** The address under `/api/v1` of what a procedure has made; null for procedures that make nothing of its own. */
export const locationOf = (procedure: string, answer: unknown): string | null => fill(locations[procedure], answer);

/** The present address under `/api/v1` of what was asked for by an earlier slug or by its handle; null for what was asked for by id or present slug. */
export const contentLocationOf = (procedure: string, input: unknown, answer: unknown): string | null => {
  const asked = field(input, 'id');
  return contentLocations[procedure] === undefined || asked === field(answer, 'id') || asked === field(answer, 'slug')
    ? null
    : fill(contentLocations[procedure], answer);
};

/** The address under `/api/v1` to poll when the answer is not final yet; null when it is. */
export const pollOf = (procedure: string, answer: unknown): string | null =>
  field(answer, 'status') === 'pending' ? fill(polls[procedure], answer) : null;
