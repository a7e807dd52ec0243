import type { Session, TokenPair } from '@cartwright/contracts';
import { CartwrightError } from './errors.ts';
import { openLive } from './live.ts';
import { procedures, type ProcedureFacts } from './procedures.gen.ts';
import { createSessionKeeper, memoryStore, type SessionKeeper, type TokenStore } from './session.ts';
import { sendAttempt } from './transport.ts';
import type { CallOptions, ShopApi, ShopResponse } from './types.ts';

export interface CartwrightOptions {
  /** Address of the shop's API, without a path: `https://api.shop.example`. */
  readonly baseUrl: string;
  /** Where tokens are kept; in memory unless told. */
  readonly store?: TokenStore;
  /** Longest one attempt may take, in milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number;
  /** How often a call that may be repeated is repeated; 3 unless told, 0 for never. */
  readonly retries?: number;
  /** The runtime's own unless told. */
  readonly fetch?: typeof fetch;
}

/** A shop: its domains, and who is signed in. */
export type Cartwright = ShopApi & {
  /** Signs in and keeps the session; the access token is refreshed by itself from then on. */
  signIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<Session['user']>;
  /** Ends the session here and at the shop. */
  signOut(): Promise<void>;
  /** Whether a session is kept. It may turn out to have ended at the next call. */
  isSignedIn(): Promise<boolean>;
};

interface Client {
  readonly options: Required<Omit<CartwrightOptions, 'store'>>;
  readonly session: SessionKeeper;
}

const longestPauseMs = 8_000;

/** Waits longer after each failure, by a random part of it, so that many clients do not come back at once. */
const pauseBefore = (attempt: number, error: CartwrightError): number => {
  if (error.retryAfterSeconds !== null) return Math.min(error.retryAfterSeconds * 1_000, 30_000);
  return Math.random() * Math.min(longestPauseMs, 200 * 2 ** attempt);
};

const mayRepeat = (facts: ProcedureFacts, key: string | undefined, error: CartwrightError): boolean =>
  error.retry === 'safe' && (facts.kind === 'query' || key !== undefined);

const headersOf = async ({ session }: Client, key: string | undefined): Promise<Record<string, string>> => {
  const access = await session.accessToken();
  const { cartToken } = await session.read();
  return {
    ...(access && { authorization: `Bearer ${access}` }),
    ...(cartToken && { 'x-cart-token': cartToken }),
    ...(key && { 'idempotency-key': key }),
  };
};

const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Runs a call with everything around it: key, token, retries. */
const call = async (
  client: Client,
  path: string,
  facts: ProcedureFacts,
  input: unknown,
  options: CallOptions = {},
): Promise<ShopResponse<unknown>> => {
  const { baseUrl, fetch, retries, timeoutMs } = client.options;
  const kind = facts.kind === 'mutation' ? 'mutation' : 'query';
  // One key for all attempts: that is what makes them one call.
  const key = facts.keyed ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
  let refreshed = false;
  for (let attempt = 0; ; attempt += 1) {
    const headers = await headersOf(client, key);
    try {
      return await sendAttempt({
        baseUrl,
        fetch,
        path,
        kind,
        input,
        headers,
        timeoutMs: options.timeoutMs ?? timeoutMs,
        signal: options.signal,
      });
    } catch (error) {
      if (!(error instanceof CartwrightError)) throw error;
      const stale = headers['authorization']?.slice('Bearer '.length);
      if (error.code === 'INVALID_TOKEN' && stale && !refreshed && path !== 'auth.refresh') {
        refreshed = true;
        if (await client.session.refreshAfter(stale)) continue;
      }
      if (attempt >= retries || !mayRepeat(facts, key, error)) throw error;
      await sleep(pauseBefore(attempt, error), options.signal);
    }
  }
};

async function* iterate(
  list: (input: Record<string, unknown>, options?: CallOptions) => Promise<unknown>,
  input: Record<string, unknown>,
  options?: CallOptions,
): AsyncGenerator<unknown> {
  for (let place: Record<string, unknown> = {}; ;) {
    const page = (await list({ ...input, ...place }, options)) as {
      items: unknown[];
      nextCursor?: string | null;
      page?: number;
      pageSize?: number;
      totalCount?: number;
    };
    yield* page.items;
    if (page.nextCursor) place = { cursor: page.nextCursor };
    else if (page.page !== undefined && page.pageSize !== undefined && page.page * page.pageSize < (page.totalCount ?? 0))
      place = { page: page.page + 1 };
    else return;
  }
}

const procedure = (client: Client, path: string, facts: ProcedureFacts) => {
  if (facts.kind === 'subscription')
    return (input: Record<string, unknown> = {}, options: Pick<CallOptions, 'signal'> = {}) =>
      openLive({
        url: (lastEventId) =>
          `${client.options.baseUrl}/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ ...input, ...(lastEventId && { lastEventId }) }))}`,
        fetch: client.options.fetch,
        headers: () => headersOf(client, undefined),
        signal: options.signal,
        reconnectMs: 1_000,
      });
  const withResponse = async (input: unknown = {}, options?: CallOptions): Promise<ShopResponse<unknown>> => {
    const response = await call(client, path, facts, input, options);
    if (path === 'carts.create') {
      const { cartToken } = response.data as { cartToken: string | null };
      if (cartToken) await client.session.setCartToken(cartToken);
    }
    return response;
  };
  return Object.assign(async (input: unknown = {}, options?: CallOptions) => (await withResponse(input, options)).data, { withResponse });
};

/**
 * A client of a Cartwright shop. Works wherever `fetch` and `crypto.randomUUID` do: browsers, Node 20 or
 * newer, Bun, Deno and edge workers. Throws `CartwrightError` from every call.
 */
export const createCartwright = (options: CartwrightOptions): Cartwright => {
  const settings = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 3,
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  };
  const refresh = async (refreshToken: string): Promise<TokenPair | null> => {
    try {
      const attempt = {
        ...settings,
        path: 'auth.refresh',
        kind: 'mutation' as const,
        input: { refreshToken },
        headers: {},
        signal: undefined,
      };
      return (await sendAttempt(attempt)).data as TokenPair;
    } catch (error) {
      // A refused refresh ends the session; a shop that is away does not.
      if (error instanceof CartwrightError && error.status === 401) return null;
      throw error;
    }
  };
  const client: Client = { options: settings, session: createSessionKeeper(options.store ?? memoryStore(), refresh) };
  const shop: Record<string, unknown> = {};
  for (const [domain, entries] of Object.entries(procedures) as [string, Record<string, ProcedureFacts>][]) {
    const functions: Record<string, unknown> = {};
    for (const [name, facts] of Object.entries(entries)) functions[name] = procedure(client, `${domain}.${name}`, facts);
    const list = functions['list'];
    if (list)
      functions['iterate'] = (input: Record<string, unknown> = {}, o?: CallOptions) =>
        iterate(list as Parameters<typeof iterate>[0], input, o);
    shop[domain] = functions;
  }
  const api = shop as ShopApi;
  return Object.assign(api, {
    signIn: async (credentials: { email: string; password: string }, o?: CallOptions) => {
      const { user, tokens } = await api.auth.login(credentials, o);
      await client.session.setSession(tokens);
      return user;
    },
    signOut: async () => {
      try {
        if ((await client.session.read()).session) await api.auth.logout();
      } finally {
        await client.session.setSession(null);
      }
    },
    isSignedIn: async () => (await client.session.read()).session !== null,
  });
};
