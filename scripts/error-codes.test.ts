/** What the use-case of each procedure can throw, against the codes that its contract lists. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  contract,
  errorCodes,
  errorRules,
  errorsOfCall,
  errorsOfEveryCall,
  type ErrorCode,
  type ProcedureContract,
} from '../packages/contracts/src/index.ts';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const core = path.join(root, 'packages/core/src');
const isCode = (text: string): text is ErrorCode => Object.hasOwn(errorRules, text);

/** What stands at the top level of a file under one name: up to the next line that begins at its left edge with a word or a comment. */
interface Declaration {
  readonly words: ReadonlySet<string>;
  readonly thrown: ReadonlySet<ErrorCode>;
}
interface Source {
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Names of other files: local name -> file and name there. */
  readonly imports: ReadonlyMap<string, readonly [file: string, name: string]>;
  /** Files of which all names are passed on. */
  readonly passedOn: readonly string[];
}

/**
 * The codes in the first argument of each error that is made: of a `DomainError`, its subclass of the API, or a taken value. It may be
 * a choice between two.
 */
const thrownIn = (text: string): ErrorCode[] => [
  ...[...text.matchAll(/(?:new (?:DomainError|NotServable)|\b(?:taken|takenField))\(([^,]*),/g)].flatMap(([, first = '']) =>
    [...first.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code).filter(isCode),
  ),
  ...(/\bnotFound\(/.test(text) ? (['NOT_FOUND'] as const) : []),
];
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');

const fileOf = (from: string, source: string): string | null => {
  if (source.startsWith('.')) return path.resolve(path.dirname(from), source);
  const [, domain] = /^@cartwright\/core\/(.+)$/.exec(source) ?? [];
  return domain === undefined ? null : path.join(core, domain, 'index.ts');
};

const sources = new Map<string, Source>();
const read = (file: string): Source => {
  const before = sources.get(file);
  if (before) return before;
  const text = withoutComments(readFileSync(file, 'utf8'));
  const imports = new Map<string, readonly [string, string]>();
  for (const [, names = '', source = ''] of text.matchAll(/^(?:import|export) \{([^}]*)\} from '([^']+)';/gm)) {
    const target = fileOf(file, source);
    for (const one of names.split(',')) {
      const [, name, local] = /^\s*(\w+)(?: as (\w+))?\s*$/.exec(one) ?? [];
      if (name !== undefined && target !== null) imports.set(local ?? name, [target, name]);
    }
  }
  const parts = text.split(/^(?=(?:export )?(?:abstract |async )?(?:const|let|function|class)\b)/m);
  const declarations = new Map<string, Declaration>();
  for (const part of parts) {
    const [, one, several = ''] =
      /^(?:export )?(?:abstract |async )?(?:const|let|function\*?|class) (?:(\w+)|\{([^}]*)\})/.exec(part) ?? [];
    const names = one === undefined ? [...several.matchAll(/\w+/g)].map(([name]) => name) : [one];
    // Not the properties of objects: `.name` and `name:` mean no function of this file.
    const words = new Set([...part.replaceAll('...', ' ').matchAll(/(?<![.\w])(\w+)\b(?!:)/g)].map(([, word = '']) => word));
    for (const name of names) declarations.set(name, { words, thrown: new Set(thrownIn(part)) });
  }
  const passedOn = [...text.matchAll(/^export \* from '([^']+)';/gm)].flatMap(([, source = '']) => fileOf(file, source) ?? []);
  const source = { declarations, imports, passedOn };
  sources.set(file, source);
  return source;
};

interface Place {
  readonly file: string;
  readonly name: string;
}
const found = new Map<string, Place | null>();
/** Where a name of a file is declared; null for what is not part of the core. */
const find = (file: string, name: string): Place | null => {
  const key = `${file} ${name}`;
  const before = found.get(key);
  if (before !== undefined) return before;
  const place = findAnew(file, name);
  found.set(key, place);
  return place;
};

const findAnew = (file: string, name: string): Place | null => {
  const { declarations, imports, passedOn } = read(file);
  if (declarations.has(name)) return { file, name };
  const [target, there] = imports.get(name) ?? [];
  if (target !== undefined && there !== undefined) return find(target, there);
  for (const one of passedOn) {
    const place = find(one, name);
    if (place) return place;
  }
  return null;
};

/**
 * What a call of a function cannot be refused with, although functions on its way throw it: the function catches it, or what it checks or
 * writes before rules it out. A code that a client can get belongs on the list of the procedure, not here.
 */
const ruledOut = new Map<string, readonly ErrorCode[]>(
  Object.entries<readonly ErrorCode[]>({
    // A first owner has no account that could be promoted.
    createOwner: ['ACCOUNT_INACTIVE'],
    // Only the shop itself has no cart.
    toNewCart: ['FORBIDDEN'],
    createCart: ['INVALID_PRICE'],
    // Units leave the cart: nothing is held, priced or counted anew.
    clearCart: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
    removeCartItem: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH'],
    removeFromMyCart: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH'],
    // The quantities are those of the cart.
    setCode: ['INVALID_QUANTITY'],
    // Lines whose units cannot be held stay without a hold, and sums end at the most units of a line.
    mergeCarts: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY'],
    // The next cart is opened instead.
    addToMyCart: ['CART_ALREADY_ORDERED', 'CART_MERGED'],
    // The limit of one buyer holds for carts, not for orders.
    holdUnits: ['HOLD_LIMIT'],
    // A new category is below no category of its own, and categories have neither SKU, handle nor options.
    createCategory: ['CATEGORY_CYCLE'],
    explainCategoryError: ['SKU_TAKEN', 'HANDLE_TAKEN', 'OPTIONS_TAKEN'],
    // Products name a category by its id.
    insertProduct: ['NAME_TAKEN'],
    updateProduct: ['NAME_TAKEN'],
    // Slug and handle of a copy are free ones, its options and prices those of a product.
    duplicateProduct: ['SLUG_TAKEN', 'HANDLE_TAKEN', 'OPTIONS_TAKEN', 'INVALID_PRICE'],
    // Reported for each product.
    deleteAll: ['VERSION_MISMATCH', 'PRODUCT_RESERVED'],
    runBatch: [
      'SKU_TAKEN',
      'SLUG_TAKEN',
      'HANDLE_TAKEN',
      'NAME_TAKEN',
      'OPTIONS_TAKEN',
      'INSUFFICIENT_STOCK',
      'STOCK_BELOW_RESERVED',
      'STOCK_NOT_TRACKED',
      'STOCK_RESERVED',
      'LOCATION_CLOSED',
    ],
    // The import was made within the call.
    importProducts: ['IMPORT_RUNNING'],
    // A file without text has not begun, or was deleted after its end.
    inspectImport: ['IMPORT_RUNNING'],
    // No version is expected.
    'catalog/change-product-images.ts change': ['VERSION_MISMATCH'],
    // The new count is none below 0.
    setStock: ['INSUFFICIENT_STOCK'],
    setProductStock: ['INSUFFICIENT_STOCK', 'LOCATION_CLOSED'],
    // Units go to the default location, which is never closed, or back to one that is open.
    openStock: ['LOCATION_CLOSED'],
    restockLocked: ['LOCATION_CLOSED'],
    // Units are only given back.
    closeAllocations: ['INSUFFICIENT_STOCK', 'STOCK_NOT_TRACKED'],
    // The edit holds its units until it takes effect.
    applyEdit: ['INSUFFICIENT_STOCK', 'STOCK_TRACKING_CHANGED'],
    // The shop itself records and refunds what a provider reports, by the state of the payment that it has locked.
    settleLocked: [
      'FORBIDDEN',
      'UNAUTHENTICATED',
      'PAYMENT_DISPUTED',
      'PAYMENT_NOT_CAPTURED',
      'REFUND_EXCEEDS_CAPTURED',
      'INVALID_TRANSITION',
    ],
    // No more is refunded than is left.
    createRefundsUpTo: ['PAYMENT_NOT_CAPTURED', 'REFUND_EXCEEDS_CAPTURED'],
    refundMissing: ['PAYMENT_NOT_CAPTURED', 'REFUND_EXCEEDS_CAPTURED'],
    // The only statuses of locked records that these find can take the step.
    'payments/payment.store.ts step': ['INVALID_TRANSITION'],
    'payments/refund.store.ts step': ['INVALID_TRANSITION'],
    'returns/return.store.ts step': ['INVALID_TRANSITION'],
    applyCaptures: ['INVALID_TRANSITION'],
    confirmOrders: ['INVALID_TRANSITION'],
    expireDue: ['INVALID_TRANSITION'],
    receiveApproved: ['INVALID_TRANSITION'],
    // A refusal is the answer whether an action is allowed.
    isAllowed: ['CHARGE_AMOUNT_MISMATCH', 'CHARGE_ALREADY_REFUNDED', 'CHARGE_IN_USE', 'ORDER_NOT_PAYABLE'],
    // Only staff get to the scope.
    cancelOrder: ['UNAUTHENTICATED'],
    // The ticket was made within the call.
    joinWaitingRoom: ['ADMISSION_REQUIRED'],
  }),
);
const keysOf = ({ file, name }: Place): readonly string[] => [name, `${path.relative(core, file)} ${name}`];

/** What a call of some functions can be refused with: by functions that they mention, and by those mentioned there. */
const reach = (starts: readonly Place[], rules: typeof ruledOut = ruledOut): Set<ErrorCode> => {
  const thrown = new Set<ErrorCode>();
  const seen = new Set<string>();
  const queue = starts.map((place) => ({ place, without: new Set<ErrorCode>() }));
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { file, name } = next.place;
    const without = new Set([...next.without, ...keysOf(next.place).flatMap((key) => rules.get(key) ?? [])]);
    const key = [file, name, ...[...without].toSorted()].join(' ');
    if (seen.has(key) || !file.startsWith(core)) continue;
    seen.add(key);
    const declaration = read(file).declarations.get(name);
    for (const code of declaration?.thrown ?? []) if (!without.has(code)) thrown.add(code);
    for (const word of declaration?.words ?? []) {
      const place = find(file, word);
      if (place) queue.push({ place, without });
    }
  }
  return thrown;
};

interface Procedure {
  readonly name: string;
  readonly entry: ProcedureContract;
  readonly useCases: readonly Place[];
}
const procedures = globSync('apps/api/src/routers/*.router.ts', { cwd: root }).flatMap((router): Procedure[] => {
  const file = path.join(root, router);
  const lines = withoutComments(readFileSync(file, 'utf8')).split(/^(?= {2}\w+: )/m);
  return lines.slice(1).flatMap((line): Procedure[] => {
    const [, domain = '', procedure = ''] = /\(contract\.(\w+)\.(\w+)\)/.exec(line) ?? [];
    const entry = (contract as Readonly<Record<string, Readonly<Record<string, ProcedureContract>>>>)[domain]?.[procedure];
    const words = [...line.matchAll(/(?<![.\w])(\w+)\b(?!:)/g)].map(([, word = '']) => word);
    const useCases = words.flatMap((word) => {
      const place = find(file, word);
      return place?.file.startsWith(core) ? [place] : [];
    });
    return entry ? [{ name: `${domain}.${procedure}`, entry, useCases }] : [];
  });
});

/** Procedures that read what they have just written, or what always exists, by functions that may not find it. */
const alwaysFinds = new Set([
  'auth.me',
  'carts.mine',
  'collections.create',
  'imports.begin',
  'imports.create',
  'inventory.createLocation',
  'orderViews.create',
  'priceLists.create',
  'promoCodes.create',
  'shipping.create',
  'storeCredit.issueGiftCard',
]);
/** Codes that come from around a use-case, or from what any of them needs. */
const ofAnyCall = new Set<ErrorCode>([...errorsOfEveryCall, ...errorCodes.filter((code) => code.startsWith('IDEMPOTENCY_'))]);

it('finds the use-case of every procedure', () => {
  expect(procedures.map(({ name }) => name).toSorted()).toEqual(
    Object.entries(contract)
      .flatMap(([domain, entries]) => Object.keys(entries).map((name) => `${domain}.${name}`))
      .toSorted(),
  );
});

it('every code that a procedure lists can be thrown by its use-case', () => {
  const neverThrown = procedures.flatMap(({ name, entry, useCases }) => {
    const thrown = reach(useCases);
    return (entry.errors ?? []).filter((code) => !thrown.has(code) && !ofAnyCall.has(code)).map((code) => `${name} ${code}`);
  });
  expect(neverThrown).toEqual([]);
});

it('every code that a field of an input sets is listed by its procedure', () => {
  const missing = procedures.flatMap(({ name, entry }) => {
    const listed = new Set<string>(errorsOfCall(entry));
    const fields = JSON.stringify(entry.input.toJSONSchema({ io: 'input', unrepresentable: 'any' }));
    const codes = [...fields.matchAll(/"errorCode":"(\w+)"/g)].map(([, code = '']) => code);
    return [...new Set(codes)].filter((code) => !listed.has(code)).map((code) => `${name} ${code}`);
  });
  expect(missing).toEqual([]);
});

it('every code that a use-case throws, or a function on its way, is listed by its procedure', () => {
  const missing = procedures.flatMap(({ name, entry, useCases }) => {
    const listed = new Set([...errorsOfCall(entry), ...ofAnyCall]);
    return [...reach(useCases)]
      .filter((code) => !listed.has(code) && !(code === 'NOT_FOUND' && alwaysFinds.has(name)))
      .map((code) => `${name} ${code}`);
  });
  expect(missing).toEqual([]);
});

it('nothing is ruled out that could not be thrown anyway', () => {
  for (const { useCases } of procedures) reach(useCases);
  const places = [...sources].flatMap(([file, { declarations }]) => [...declarations.keys()].map((name) => ({ file, name })));
  const needless = [...ruledOut].flatMap(([key, codes]) => {
    const thrown = reach(
      places.filter((place) => keysOf(place).includes(key)),
      new Map(),
    );
    return codes.filter((code) => !thrown.has(code)).map((code) => `${key} ${code}`);
  });
  expect(needless).toEqual([]);
});

it('every procedure that runs in a batch or behind a limit lists BUSY, and no other', () => {
  const wrong = procedures.flatMap(({ name, entry, useCases }) => {
    const keyed = entry.kind === 'mutation' && entry.idempotency !== undefined;
    const can = keyed || reach(useCases).has('BUSY');
    return can === errorsOfCall(entry).includes('BUSY') ? [] : [name];
  });
  expect(wrong).toEqual([]);
  const keys = { file: path.join(core, 'kernel/idempotency.ts'), name: 'withIdempotency' };
  expect(reach([keys])).toContain('BUSY');
});

/** What the HTTP layer throws itself, and what the functions of the core throw that it calls around a procedure. */
const thrownByHttpLayer = (): Set<ErrorCode> => {
  const files = globSync('apps/api/src/{*,http/*,trpc/*,rest/*}.ts', { cwd: root, exclude: ['**/*.test.ts'] });
  const codes = files.flatMap((one): ErrorCode[] => {
    const file = path.join(root, one);
    const text = withoutComments(readFileSync(file, 'utf8'));
    const [...named] = text.matchAll(/\['([A-Z_]+)', '/g);
    const called = [...read(file).imports.keys()].flatMap((word) => {
      const place = find(file, word);
      return place?.file.startsWith(core) ? [place] : [];
    });
    return [...named.map(([, code = '']) => code).filter(isCode), ...thrownIn(text), ...reach(called)];
  });
  // `describeIssues` of the contract, which every call uses.
  return new Set([...codes, 'UNKNOWN_FIELD']);
};

it('every code of the public list is returned by a procedure or by the HTTP layer', () => {
  const returned = thrownByHttpLayer();
  for (const { useCases } of procedures) for (const code of reach(useCases)) returned.add(code);
  expect(errorCodes.filter((code) => !returned.has(code))).toEqual([]);
});

it('every code that only procedures return is listed by one of them', () => {
  const listed = new Set(procedures.flatMap(({ entry }) => errorsOfCall(entry)));
  const http = thrownByHttpLayer();
  expect(errorCodes.filter((code) => !listed.has(code) && !http.has(code))).toEqual([]);
});

it('every refusal of a taken value is made by one function, which asks for what to do next', () => {
  const elsewhere = globSync('{packages/core/src,apps/*/src}/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).filter((file) =>
    /new DomainError\(\s*'\w+_TAKEN'|code: '\w+_TAKEN'|\['\w+_TAKEN', [`'"](?!\w+_TAKEN)/.test(
      withoutComments(readFileSync(path.join(root, file), 'utf8')),
    ),
  );
  expect(elsewhere).toEqual([]);
});

it('a refusal that says when to come back has a code that may be sent again', () => {
  const wrong = globSync('packages/core/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).flatMap((file) =>
    [
      ...withoutComments(readFileSync(path.join(root, file), 'utf8')).matchAll(
        /new DomainError\(\s*'([A-Z_]+)'(?:(?!new DomainError)[\s\S]){0,300}?retryAfterSeconds/g,
      ),
    ]
      .map(([, code = '']) => code)
      .filter((code) => isCode(code) && errorRules[code].retry !== 'safe')
      .map((code) => `${file} ${code}`),
  );
  expect(wrong).toEqual([]);
});

it('a message names a call by `nameCall`, so that every kind of client finds it', () => {
  const calls = Object.entries(contract).flatMap(([domain, entries]) => Object.keys(entries).map((name) => `${domain}\\.${name}`));
  const named = new RegExp(`(?:^|[^\\w'])(?:${calls.join('|')})\\b`);
  const byHand = globSync(['packages/core/src/**/*.ts', 'apps/api/src/**/*.ts'], { cwd: root })
    .filter((file) => !/\.(?:test|gen|fixture)\.ts$/.test(file))
    .flatMap((file) =>
      [...withoutComments(readFileSync(path.join(root, file), 'utf8')).matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g)]
        .map(([, , text = '']) => text)
        .filter((text) => text.includes(' ') && named.test(text) && !text.includes('nameCall('))
        .map((text) => `${file}: ${text}`),
    );
  expect(byHand).toEqual([]);
});
