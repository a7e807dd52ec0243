/** Made from the contract by pnpm generate; a test tells when it is out of date. */
export interface ProcedureFacts {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Whether the procedure takes an idempotency key. */
  readonly keyed?: true;
  /** Whether it may be repeated without one. */
  readonly repeatable?: true;
  /** Whether the answer is one page of more. */
  readonly paged?: true;
}
export const headers = {
  idempotencyKey: 'idempotency-key',
  idempotencyReplayed: 'idempotency-replayed',
  cartToken: 'x-cart-token',
  requestId: 'x-request-id',
} as const;
export const procedures = {
  auth: {
    register: { kind: 'mutation' },
    login: { kind: 'mutation' },
    refresh: { kind: 'mutation' },
    logout: { kind: 'mutation' },
    me: { kind: 'query' },
    verify: { kind: 'query' },
  },
  products: {
    list: { kind: 'query', paged: true },
    get: { kind: 'query' },
    create: { kind: 'mutation', keyed: true },
    update: { kind: 'mutation' },
    delete: { kind: 'mutation' },
  },
  categories: {
    tree: { kind: 'query' },
  },
  imports: {
    create: { kind: 'mutation' },
    begin: { kind: 'mutation', keyed: true },
    append: { kind: 'mutation' },
    start: { kind: 'mutation' },
    list: { kind: 'query', paged: true },
    get: { kind: 'query' },
  },
  search: {
    products: { kind: 'query', paged: true },
    suggest: { kind: 'query' },
    similar: { kind: 'query' },
    trending: { kind: 'query' },
  },
  pricing: {
    quote: { kind: 'query' },
    effectivePrice: { kind: 'query' },
    promotions: { kind: 'query', paged: true },
    simulate: { kind: 'query' },
    listRules: { kind: 'query', paged: true },
    getRule: { kind: 'query' },
    createRules: { kind: 'mutation', keyed: true },
    updateRule: { kind: 'mutation' },
    deleteRule: { kind: 'mutation' },
  },
  promoCodes: {
    list: { kind: 'query', paged: true },
    create: { kind: 'mutation', keyed: true },
    generate: { kind: 'mutation', keyed: true },
    update: { kind: 'mutation' },
    redemptions: { kind: 'query', paged: true },
  },
  inventory: {
    get: { kind: 'query' },
    list: { kind: 'query', paged: true },
    adjust: { kind: 'mutation', keyed: true },
    set: { kind: 'mutation' },
    configure: { kind: 'mutation' },
    lowStock: { kind: 'query', paged: true },
    transfer: { kind: 'mutation', keyed: true },
    locations: { kind: 'query' },
    createLocation: { kind: 'mutation', keyed: true },
    updateLocation: { kind: 'mutation' },
    repair: { kind: 'mutation' },
    movements: { kind: 'query', paged: true },
  },
  carts: {
    create: { kind: 'mutation', keyed: true },
    get: { kind: 'query' },
    mine: { kind: 'query' },
    listActive: { kind: 'query', paged: true },
    update: { kind: 'mutation' },
    merge: { kind: 'mutation' },
    addItem: { kind: 'mutation', keyed: true },
    addItems: { kind: 'mutation', keyed: true },
    updateItem: { kind: 'mutation' },
    removeItem: { kind: 'mutation' },
    clear: { kind: 'mutation' },
    applyCode: { kind: 'mutation' },
    removeCode: { kind: 'mutation' },
  },
  checkout: {
    validate: { kind: 'query' },
    summary: { kind: 'query' },
    complete: { kind: 'mutation', keyed: true },
    status: { kind: 'query' },
    retryPayment: { kind: 'mutation', keyed: true },
  },
  orders: {
    list: { kind: 'query', paged: true },
    get: { kind: 'query' },
    cancel: { kind: 'mutation', keyed: true },
    ship: { kind: 'mutation', keyed: true },
    deliver: { kind: 'mutation' },
    addNote: { kind: 'mutation', keyed: true },
    updateAddress: { kind: 'mutation', keyed: true },
    previewEdit: { kind: 'mutation' },
    edit: { kind: 'mutation', keyed: true },
  },
  returns: {
    list: { kind: 'query', paged: true },
    request: { kind: 'mutation', keyed: true },
    decide: { kind: 'mutation', keyed: true },
    receive: { kind: 'mutation', keyed: true },
  },
  payments: {
    listForOrder: { kind: 'query' },
    get: { kind: 'query' },
    verify: { kind: 'mutation' },
    refund: { kind: 'mutation', keyed: true },
  },
  invoices: {
    list: { kind: 'query', paged: true },
  },
  flashSales: {
    list: { kind: 'query', paged: true },
    get: { kind: 'query' },
    create: { kind: 'mutation', keyed: true },
    update: { kind: 'mutation' },
    adjustUnits: { kind: 'mutation', keyed: true },
    pause: { kind: 'mutation' },
    resume: { kind: 'mutation' },
    end: { kind: 'mutation' },
    buy: { kind: 'mutation', keyed: true },
    figures: { kind: 'query' },
    watch: { kind: 'subscription' },
    join: { kind: 'mutation', repeatable: true },
    place: { kind: 'query' },
    follow: { kind: 'subscription' },
  },
  events: {
    list: { kind: 'query', paged: true },
    live: { kind: 'subscription' },
  },
  mailbox: {
    list: { kind: 'query', paged: true },
    get: { kind: 'query' },
  },
  system: {
    ping: { kind: 'query' },
    dashboard: { kind: 'query' },
    invariants: { kind: 'query' },
  },
} as const satisfies Record<string, Record<string, ProcedureFacts>>;
