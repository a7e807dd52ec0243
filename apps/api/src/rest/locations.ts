/** Where a creation can be read afterwards: the `Location` of its 201. Braces name a field of the answer. */
export const locations: Readonly<Record<string, string>> = {
  'products.create': '/products/{id}',
  'imports.create': '/imports/products/{id}',
  'carts.create': '/carts/{cart.id}',
  'carts.addItem': '/carts/{id}',
  'carts.addItems': '/carts/{id}',
  'checkout.complete': '/orders/{id}',
  'checkout.retryPayment': '/orders/{id}',
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

/** The address under `/api/v1` of what a procedure has made; null for procedures that make nothing of its own. */
export const locationOf = (procedure: string, answer: unknown): string | null =>
  locations[procedure]?.replace(/\{([\w.]+)\}/g, (_, path: string) => encodeURIComponent(String(path.split('.').reduce(field, answer)))) ??
  null;
