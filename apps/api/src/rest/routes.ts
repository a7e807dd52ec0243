/** The REST table, made from the contract: which procedure a method and path call, and with what input. */
import { contract, type ProcedureContract } from '@cartwright/contracts';
import type { z } from 'zod';

export type RestProcedure = Exclude<ProcedureContract, { kind: 'subscription' }>;
export interface RestEntry {
  /** `domain.procedure` */
  readonly name: string;
  readonly entry: RestProcedure;
  /** Path segments; a name in braces is a parameter. */
  readonly segments: readonly string[];
}
export interface RestMatch {
  readonly route: RestEntry;
  readonly params: Readonly<Record<string, string>>;
}

export const restEntries: readonly RestEntry[] = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.entries(procedures as Record<string, ProcedureContract>).flatMap(([name, entry]) =>
    entry.kind === 'subscription' ? [] : [{ name: `${domain}.${name}`, entry, segments: entry.rest.path.slice(1).split('/') }],
  ),
);

const parameter = /^\{(\w+)\}$/;
const statics = (route: RestEntry): number => route.segments.filter((s) => !parameter.test(s)).length;
/** By method and number of segments; among several that fit, the one with the most fixed words is asked first. */
const table = new Map<string, RestEntry[]>();
for (const route of restEntries) {
  const key = `${route.entry.rest.method} ${route.segments.length}`;
  table.set(
    key,
    [...(table.get(key) ?? []), route].toSorted((a, b) => statics(b) - statics(a)),
  );
}
export const restMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const fit = (route: RestEntry, segments: readonly string[]): Record<string, string> | null => {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const wanted = route.segments[i] ?? '';
    const name = parameter.exec(wanted)?.[1];
    if (name) params[name] = segment;
    else if (wanted !== segment) return null;
  }
  return params;
};

/** The procedure of a method and path; null when there is none. */
export const matchRoute = (method: string, segments: readonly string[]): RestMatch | null => {
  for (const route of table.get(`${method} ${segments.length}`) ?? []) {
    const params = fit(route, segments);
    if (params) return { route, params };
  }
  return null;
};

/** The methods that a path is served under. */
export const methodsOf = (segments: readonly string[]): string[] => restMethods.filter((method) => matchRoute(method, segments));

interface SchemaDef {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
}
const unwrap = (schema: z.ZodType): SchemaDef => {
  const def = schema.def as unknown as SchemaDef;
  const inner = def.innerType ?? def.in;
  return inner ? unwrap(inner) : def;
};

/** Turns the text of a query string into what the schema of that field takes; leaves the rest to the schema to refuse. */
export const coerceQuery = (input: z.ZodType, query: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const shape = unwrap(input).shape ?? {};
  const coerced: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const type = shape[name] ? unwrap(shape[name]).type : 'unknown';
    if (type === 'array') coerced[name] = Array.isArray(value) ? value : [value];
    else if (typeof value !== 'string') coerced[name] = value;
    else if (type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) coerced[name] = Number(value);
    else if (type === 'boolean' && (value === 'true' || value === 'false')) coerced[name] = value === 'true';
    else coerced[name] = value;
  }
  return coerced;
};
