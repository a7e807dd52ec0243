/** What the use-case of each procedure can throw, against the codes that its contract lists. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, errorCodes, errorRules, errorsOfCall, errorsOfEveryCall, type ErrorCode } from '../packages/contracts/src/index.ts';
import { expect, it } from 'vitest';
import { ruledOut } from './ruled-out-codes.ts';
import { core, find, isCode, keysOf, procedures, reach, read, root, sources, thrownIn, withoutComments } from './thrown-codes.ts';

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
