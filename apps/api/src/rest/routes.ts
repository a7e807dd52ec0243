/** REST routes, built from the contract: maps a method and path to a procedure and its input. */
import type { HttpMethod, ProcedureContract } from '@cartwright/contracts';
import { z } from 'zod';
import { entries } from '../entries.ts';

/** A procedure that REST serves: every one but a live feed. */
export type RestProcedure = Exclude<ProcedureContract, { kind: 'subscription' }>;
/** A REST route of a procedure. */
export interface RestEntry {
  /** `domain.procedure` */
  readonly name: string;
  readonly entry: RestProcedure;
  readonly method: HttpMethod;
  readonly path: string;
  /** 0 for the main address of the procedure, then 1, 2, ... for its further addresses. */
  readonly rank: number;
  /** Path parameters; each is a field of the input. */
  readonly params: readonly string[];
  /** Whether the rest of the input is in the query string instead of the body. */
  readonly byQuery: boolean;
}
/** The route of a request, and the values in its path. */
export interface RestMatch {
  readonly route: RestEntry;
  readonly params: Readonly<Record<string, string>>;
}

/** Every REST route of the contract, aliases included. */
export const restEntries: readonly RestEntry[] = [...entries].flatMap(([name, entry]) =>
  entry.kind === 'subscription'
    ? []
    : [entry.rest, ...(entry.rest.also ?? [])].map(({ method, path }, rank) => ({
        name,
        entry,
        method,
        path,
        rank,
        params: [...path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param),
        byQuery: method === 'GET' || method === 'DELETE',
      })),
);
const restMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Paths without parameters are found by one map lookup; the others by a tree of segments, fixed words first. */
interface Node {
  readonly words: Map<string, Node>;
  param: Node | null;
  readonly routes: Map<string, RestEntry>;
}
const node = (): Node => ({ words: new Map(), param: null, routes: new Map() });
const fixed = new Map<string, RestMatch>();
const tree = node();

const grow = (from: Node, segment: string): Node => {
  if (segment.startsWith('{')) return (from.param ??= node());
  const known = from.words.get(segment) ?? node();
  from.words.set(segment, known);
  return known;
};
for (const route of restEntries) {
  const { method, path } = route;
  if (route.params.length === 0) fixed.set(`${method} ${path}`, { route, params: {} });
  path.slice(1).split('/').reduce(grow, tree).routes.set(method, route);
}

/** Finds the route for the segments from `at` on. `values` collects the path parameters. */
const walk = (from: Node, segments: readonly string[], at: number, method: string, values: string[]): RestEntry | null => {
  const segment = segments[at];
  if (segment === undefined) return from.routes.get(method) ?? null;
  const word = from.words.get(segment);
  const byWord = word ? walk(word, segments, at + 1, method, values) : null;
  if (byWord || !from.param || segment === '') return byWord;
  values.push(segment);
  const byParam = walk(from.param, segments, at + 1, method, values);
  if (!byParam) values.pop();
  return byParam;
};
const matchInTree = (method: string, path: string): RestMatch | null => {
  const values: string[] = [];
  const route = walk(tree, path.replace(/\/$/, '').split('/'), 1, method, values);
  if (!route) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of route.params.entries()) params[name] = decodeURIComponent(values[i] ?? '');
  return { route, params };
};

/** Finds the procedure of a method and path; null if there is none. Throws `URIError` if the path cannot be decoded. */
export const matchRoute = (method: string, path: string): RestMatch | null => fixed.get(`${method} ${path}`) ?? matchInTree(method, path);

/** The methods that a path supports. */
export const methodsOf = (path: string): string[] => restMethods.filter((method) => matchRoute(method, path));

type Coerce = (text: string) => unknown;
const asIs: Coerce = (text) => text;
const scalar: Readonly<Record<string, Coerce>> = {
  number: (text) => (/^-?\d{1,16}(\.\d+)?$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

/** The schema inside optional, default, nullable and pipe. */
const bare = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (schema instanceof z.ZodPipe) return bare(schema.def.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return bare(schema.def.innerType);
  return schema;
};

/** How each field of an input is read from the query string; computed once per route. */
const plan = (input: z.core.$ZodType): ReadonlyMap<string, { readonly isList: boolean; readonly coerce: Coerce }> => {
  const shape: z.core.$ZodType = bare(input);
  if (!(shape instanceof z.ZodObject)) return new Map();
  return new Map(
    Object.entries<z.core.$ZodType>(shape.shape).map(([name, field]) => {
      const type = bare(field);
      const element = type instanceof z.ZodArray ? bare(type.element) : type;
      return [name, { isList: type instanceof z.ZodArray, coerce: scalar[element._zod.def.type] ?? asIs }];
    }),
  );
};
const plans = new Map(restEntries.map(({ entry }) => [entry, plan(entry.input)]));

/** Converts query string values to the types that the schema expects; the schema rejects values that cannot be converted. */
export const coerceQuery = (
  entry: RestProcedure,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const { isList = false, coerce = asIs } = (plans.get(entry) ?? plan(entry.input)).get(name) ?? {};
      if (isList) return [name, (Array.isArray(value) ? value : [value]).map(coerce)];
      return [name, typeof value === 'string' ? coerce(value) : value];
    }),
  );
