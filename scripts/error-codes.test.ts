/** What the use-case of each procedure can throw, against the codes that its contract lists. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, errorCodes, errorRules, errorsOfCall, type ErrorCode, type ProcedureContract } from '../packages/contracts/src/index.ts';
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
/** Where a name of a file is declared; null for what is not part of the core. */
const find = (file: string, name: string): Place | null => {
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

/** What can be thrown on the way from some functions: by functions that they mention, and by those mentioned there. */
const reach = (starts: readonly Place[], within: (file: string) => boolean): Set<ErrorCode> => {
  const thrown = new Set<ErrorCode>();
  const seen = new Set<string>();
  const queue = [...starts];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { file, name } = next;
    if (seen.has(`${file} ${name}`) || !within(file)) continue;
    seen.add(`${file} ${name}`);
    const declaration = read(file).declarations.get(name);
    for (const code of declaration?.thrown ?? []) thrown.add(code);
    for (const word of declaration?.words ?? []) {
      const place = find(file, word);
      if (place) queue.push(place);
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

/** What a function that several use-cases share throws for others only. */
const ofOthers: Readonly<Record<string, ErrorCode>> = {
  'categories.create': 'CATEGORY_CYCLE',
  'products.create': 'NAME_TAKEN',
  'inventory.set': 'INSUFFICIENT_STOCK',
};
/** Codes that come from around a use-case, or from what any of them needs. */
const ofAnyCall = new Set<ErrorCode>([
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'UNREADABLE_VALUE',
  'NOT_MIGRATED',
  ...errorCodes.filter((code) => code.startsWith('IDEMPOTENCY_')),
]);

it('finds the use-case of every procedure', () => {
  expect(procedures.map(({ name }) => name).toSorted()).toEqual(
    Object.entries(contract)
      .flatMap(([domain, entries]) => Object.keys(entries).map((name) => `${domain}.${name}`))
      .toSorted(),
  );
});

it('every code that a procedure lists can be thrown by its use-case', () => {
  const neverThrown = procedures.flatMap(({ name, entry, useCases }) => {
    const thrown = reach(useCases, (file) => file.startsWith(core));
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

it('every code that the file of a use-case throws is listed by its procedure', () => {
  const missing = procedures.flatMap(({ name, entry, useCases }) => {
    const listed = new Set([...errorsOfCall(entry), ...ofAnyCall]);
    const files = new Set(useCases.map(({ file }) => file));
    const thrown = reach(useCases, (file) => files.has(file));
    // What a use-case has just written is read by functions that may not find it.
    return [...thrown]
      .filter((code) => !listed.has(code) && code !== 'NOT_FOUND' && ofOthers[name] !== code)
      .map((code) => `${name} ${code}`);
  });
  expect(missing).toEqual([]);
});

it('every procedure that runs in a batch or behind a limit lists BUSY, and no other', () => {
  const wrong = procedures.flatMap(({ name, entry, useCases }) => {
    const keyed = entry.kind === 'mutation' && entry.idempotency !== undefined;
    const can = keyed || reach(useCases, (file) => file.startsWith(core)).has('BUSY');
    return can === errorsOfCall(entry).includes('BUSY') ? [] : [name];
  });
  expect(wrong).toEqual([]);
  const keys = { file: path.join(core, 'kernel/idempotency.ts'), name: 'withIdempotency' };
  expect(reach([keys], (file) => file.startsWith(core))).toContain('BUSY');
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
    return [...named.map(([, code = '']) => code).filter(isCode), ...thrownIn(text), ...reach(called, (place) => place.startsWith(core))];
  });
  // `describeIssues` of the contract, which every call uses.
  return new Set([...codes, 'UNKNOWN_FIELD']);
};

it('every code of the public list is returned by a procedure or by the HTTP layer', () => {
  const returned = thrownByHttpLayer();
  for (const { useCases } of procedures) for (const code of reach(useCases, (file) => file.startsWith(core))) returned.add(code);
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
