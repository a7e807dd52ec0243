/** Made from the contract by scripts/generate-procedures.ts; a test tells when it is out of date. */
export interface ProcedureFacts {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Whether the procedure takes an idempotency key. */
  readonly keyed: boolean;
}
export const procedures = {
  auth: {
    register: { kind: 'mutation', keyed: false },
    login: { kind: 'mutation', keyed: false },
    refresh: { kind: 'mutation', keyed: false },
    logout: { kind: 'mutation', keyed: false },
    me: { kind: 'query', keyed: false },
    verify: { kind: 'query', keyed: false },
  },
  products: {
    list: { kind: 'query', keyed: false },
    get: { kind: 'query', keyed: false },
    create: { kind: 'mutation', keyed: true },
    update: { kind: 'mutation', keyed: false },
    delete: { kind: 'mutation', keyed: false },
  },
  categories: {
    tree: { kind: 'query', keyed: false },
  },
  imports: {
    create: { kind: 'mutation', keyed: false },
    get: { kind: 'query', keyed: false },
  },
  pricing: {
    quote: { kind: 'query', keyed: false },
    listRules: { kind: 'query', keyed: false },
    createRules: { kind: 'mutation', keyed: true },
    deleteRule: { kind: 'mutation', keyed: false },
  },
  inventory: {
    get: { kind: 'query', keyed: false },
    list: { kind: 'query', keyed: false },
    adjust: { kind: 'mutation', keyed: true },
    set: { kind: 'mutation', keyed: false },
    movements: { kind: 'query', keyed: false },
  },
  carts: {
    create: { kind: 'mutation', keyed: true },
    get: { kind: 'query', keyed: false },
    addItem: { kind: 'mutation', keyed: true },
    addItems: { kind: 'mutation', keyed: true },
    updateItem: { kind: 'mutation', keyed: false },
    removeItem: { kind: 'mutation', keyed: false },
    clear: { kind: 'mutation', keyed: false },
    applyCode: { kind: 'mutation', keyed: false },
    removeCode: { kind: 'mutation', keyed: false },
  },
  checkout: {
    validate: { kind: 'query', keyed: false },
    complete: { kind: 'mutation', keyed: true },
  },
  orders: {
    list: { kind: 'query', keyed: false },
    get: { kind: 'query', keyed: false },
    cancel: { kind: 'mutation', keyed: true },
    ship: { kind: 'mutation', keyed: true },
    deliver: { kind: 'mutation', keyed: false },
  },
  payments: {
    listForOrder: { kind: 'query', keyed: false },
    refund: { kind: 'mutation', keyed: true },
  },
  invoices: {
    list: { kind: 'query', keyed: false },
  },
  events: {
    list: { kind: 'query', keyed: false },
    live: { kind: 'subscription', keyed: false },
  },
  mailbox: {
    list: { kind: 'query', keyed: false },
    get: { kind: 'query', keyed: false },
  },
  system: {
    ping: { kind: 'query', keyed: false },
    dashboard: { kind: 'query', keyed: false },
    invariants: { kind: 'query', keyed: false },
  },
} as const satisfies Record<string, Record<string, ProcedureFacts>>;
