/** Sends the same call over REST and over tRPC, so that one table of cases tests both. */
import type { Problem } from '@cartwright/contracts';
import { entries } from '../src/entries.ts';
import type { LiveShop } from './live-shop.ts';

export interface ProtocolAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Result of the call; null if it failed. */
  readonly data: unknown;
  readonly problem: Problem | null;
}
export interface ProtocolCall {
  readonly input?: Readonly<Record<string, unknown>>;
  /** Raw body, sent instead of the input. Only for mutations. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Protocol {
  readonly name: 'REST' | 'tRPC';
  send(live: LiveShop, procedure: string, call?: ProtocolCall): Promise<ProtocolAnswer>;
}

const entryOf = (procedure: string) => {
  const entry = entries.get(procedure);
  if (!entry || entry.kind === 'subscription') throw new Error(`There is no call ${procedure}`);
  return entry;
};
const asJson = { 'content-type': 'application/json' };

const rest: Protocol['send'] = async (live, procedure, { input = {}, raw, headers } = {}) => {
  const { method, path } = entryOf(procedure).rest;
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const left = Object.entries(input).filter(([name]) => !named.includes(name));
  const inQuery = method === 'GET' || method === 'DELETE';
  const search = new URLSearchParams(left.map(([name, value]) => [name, String(value)]));
  const answer = await fetch(`${live.url}/api/v1${address}${inQuery && left.length > 0 ? `?${search}` : ''}`, {
    method,
    headers: { ...(!inQuery && asJson), ...headers },
    ...(!inQuery && { body: raw ?? JSON.stringify(Object.fromEntries(left)) }),
  });
  const body = (await answer.json()) as unknown;
  return {
    status: answer.status,
    headers: answer.headers,
    ...(answer.ok ? { data: body, problem: null } : { data: null, problem: body as Problem }),
  };
};

const trpc: Protocol['send'] = async (live, procedure, { input = {}, raw, headers } = {}) => {
  const { kind } = entryOf(procedure);
  const text = JSON.stringify(input);
  const address = `${live.url}/trpc/${procedure}`;
  const answer =
    kind === 'query'
      ? await fetch(`${address}?input=${encodeURIComponent(text)}`, { headers: { ...headers } })
      : await fetch(address, { method: 'POST', headers: { ...asJson, ...headers }, body: raw ?? text });
  const body = (await answer.json()) as { result?: { data: unknown }; error?: { data: { problem: Problem } } };
  return { status: answer.status, headers: answer.headers, data: body.result?.data ?? null, problem: body.error?.data.problem ?? null };
};

export const protocols: readonly Protocol[] = [
  { name: 'REST', send: rest },
  { name: 'tRPC', send: trpc },
];

/** Row counts of all tables except those that every call may write, such as sessions and rate limits. */
export const countRows = async (live: LiveShop): Promise<Record<string, number>> => {
  const { pool } = live.shop.core.database;
  const ignored = new Set(['schema_migrations', 'sessions', 'refresh_tokens', 'sign_in_tries', 'limit_counters']);
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const names = tables.map(({ name }) => name).filter((name) => !ignored.has(name));
  const { rows } = await pool.query<Record<string, number>>(
    `select ${names.map((name) => `(select count(*)::int from "${name}") as "${name}"`).join(', ')}`,
  );
  return rows[0] ?? {};
};
