/** Reads out of the sources of the core which error codes a function can throw, itself or by the functions that it calls. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, errorRules, type ErrorCode, type ProcedureContract } from '../packages/contracts/src/index.ts';
import { ruledOut } from './ruled-out-codes.ts';

export const root = path.resolve(import.meta.dirname, '..');
export const core = path.join(root, 'packages/core/src');
export const isCode = (text: string): text is ErrorCode => Object.hasOwn(errorRules, text);

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
export const thrownIn = (text: string): ErrorCode[] => [
  ...[...text.matchAll(/(?:new (?:DomainError|NotServable)|\b(?:taken|takenField))\(([^,]*),/g)].flatMap(([, first = '']) =>
    [...first.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code).filter(isCode),
  ),
  ...(/\bnotFound\(/.test(text) ? (['NOT_FOUND'] as const) : []),
];
export const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');

const fileOf = (from: string, source: string): string | null => {
  if (source.startsWith('.')) return path.resolve(path.dirname(from), source);
  const [, domain] = /^@cartwright\/core\/(.+)$/.exec(source) ?? [];
  return domain === undefined ? null : path.join(core, domain, 'index.ts');
};

export const sources = new Map<string, Source>();
export const read = (file: string): Source => {
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

export interface Place {
  readonly file: string;
  readonly name: string;
}
const found = new Map<string, Place | null>();
/** Where a name of a file is declared; null for what is not part of the core. */
export const find = (file: string, name: string): Place | null => {
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

export const keysOf = ({ file, name }: Place): readonly string[] => [name, `${path.relative(core, file)} ${name}`];

/** What a call of some functions can be refused with: by functions that they mention, and by those mentioned there. */
export const reach = (starts: readonly Place[], rules: typeof ruledOut = ruledOut): Set<ErrorCode> => {
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
export const procedures = globSync('apps/api/src/routers/*.router.ts', { cwd: root }).flatMap((router): Procedure[] => {
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
