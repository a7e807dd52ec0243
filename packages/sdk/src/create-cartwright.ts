import type { Session, TokenPair } from '@cartwright/contracts';
import type { TRPCClient } from '@trpc/client';
import { createDownload, type Download } from './download.ts';
import { CartwrightError } from './errors.ts';
import { iterate } from './iterate.ts';
import { follow, itemsOf } from './live.ts';
import type { ProcedureFacts } from './procedures.gen.ts';
import { domainEntries, findFacts } from './procedures.ts';
import { createRaw } from './raw.ts';
import type { ShopRouter } from './router.types.ts';
import { isTemporary, pause, pauseMs } from './retry.ts';
import { runCall, type Client } from './run-call.ts';
import { createSessionKeeper, memoryStore, type Auth, type StoredTokens, type TokenStore } from './session.ts';
import { sendAttempt } from './transport.ts';
import type { CallOptions, FeedHandlers, FeedOptions, ShopApi } from './types.ts';
import { createWaitingRoom, type WaitingRoom } from './waiting-room.ts';

/** Options of a client: address of the shop, caller, timeouts and retries. */
export interface CartwrightOptions {
  /** Address of the shop's API, without a path: `https://api.shop.example`. */
  readonly baseUrl: string;
  /**
   * The caller, if nobody signs in through this client: a session, an access token, or a function that returns
   * an access token before each call. A session in the shop takes precedence.
   */
  readonly auth?: Auth | undefined;
  /** Token of a guest's cart that was created elsewhere. The client stores the tokens of carts that it creates. */
  readonly cartToken?: string | undefined;
  /** Where tokens are stored; default: in memory. */
  readonly store?: TokenStore | undefined;
  /** Called after every change of the tokens: sign-in, refresh, sign-out, and creation of a guest's cart. */
  readonly onTokens?: ((tokens: StoredTokens) => void) | undefined;
  /** Timeout of one attempt in milliseconds; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Most retries of a call that may be repeated; default 3, 0 for none. */
  readonly retries?: number | undefined;
  /** `fetch` implementation; default: the runtime's. */
  readonly fetch?: typeof fetch | undefined;
}

/** Client of a shop: all domains, and the session. */
export type Cartwright = ShopApi & {
  /** Signs in and stores the session. The client then refreshes the access token automatically. */
  signIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<Session['user']>;
  /** Ends the session in the client and in the shop. A session that has already ended is not an error. */
  signOut(): Promise<void>;
  /** Whether a session is stored. The shop may have ended it; the next call shows that. */
  isSignedIn(): Promise<boolean>;
  /** The waiting room of a sale: one call joins, waits and returns the ticket for the purchase. */
  readonly waitingRoom: WaitingRoom;
  /** Streams a CSV file: `download('orders', { status: 'confirmed' })`. Pipe it to a file, or use `new Response(stream).blob()`. */
  readonly download: Download;
  /** tRPC's client with the tokens, keys and retries of this client. Throws `TRPCClientError`; its `cause` is the `CartwrightError`. */
  readonly raw: TRPCClient<ShopRouter>;
};

type Input = Readonly<Record<string, unknown>>;

const createFeed =
  (client: Client, path: string) =>
  (input: Input = {}, options: FeedOptions | FeedHandlers<unknown> = {}) => {
    const feed = { path, input, signal: options.signal };
    return 'onData' in options ? follow(client, feed, options) : itemsOf(client, feed);
  };

const createCall = (client: Client, path: string, facts: ProcedureFacts) => {
  const withResponse = (input?: unknown, options?: CallOptions) => runCall(client, path, facts, input, options);
  const call = async (input?: unknown, options?: CallOptions) => (await withResponse(input, options)).data;
  const walk = (input: Input = {}, options?: CallOptions) => iterate((page) => call(page, options), input);
  return Object.assign(call, { withResponse, ...(facts.paged && { iterate: walk }) });
};

const createApi = (client: Client): ShopApi => {
  const api: Record<string, unknown> = {};
  for (const [domain, entries] of domainEntries()) {
    const functions: Record<string, unknown> = {};
    for (const [name, facts] of entries) {
      const path = `${domain}.${name}`;
      functions[name] = facts.kind === 'subscription' ? createFeed(client, path) : createCall(client, path, facts);
    }
    if (findFacts(`${domain}.list`)?.paged) functions['iterate'] = (functions['list'] as { iterate: unknown }).iterate;
    api[domain] = functions;
  }
  // The loop above builds what the mapped type describes; a test compares both by the contract.
  return api as ShopApi;
};

/** The address without a slash at its end. Throws `TypeError` for one that is not absolute. */
const checkedBaseUrl = (baseUrl: unknown): string => {
  if (typeof baseUrl === 'string' && /^https?:\/\/[^/\s]+/.test(baseUrl)) return baseUrl.replace(/\/+$/, '');
  const given = baseUrl === undefined ? 'it is missing' : `${JSON.stringify(baseUrl) ?? typeof baseUrl} was given`;
  throw new TypeError(`baseUrl must be the address of the shop's API, such as https://api.shop.example; ${given}.`);
};

const createClient = (options: CartwrightOptions): Client => {
  const settings = {
    baseUrl: checkedBaseUrl(options.baseUrl),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 3,
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  };
  const send = async (refreshToken: string): Promise<TokenPair> => {
    const about = { path: 'auth.refresh', kind: 'mutation', headers: {}, signal: undefined } as const;
    return (await sendAttempt({ ...settings, ...about, input: { refreshToken } })).data as TokenPair;
  };
  const refresh = async (refreshToken: string): Promise<TokenPair | null> => {
    try {
      return await send(refreshToken).catch(async (error: unknown) => {
        // A refresh token works once, but the shop returns the same new pair again if the first response was lost.
        if (!(error instanceof CartwrightError) || !isTemporary(error)) throw error;
        await pause(pauseMs(0, error.retryAfterSeconds), undefined);
        return send(refreshToken);
      });
    } catch (error) {
      // A refused refresh ends the session; an unavailable shop does not.
      if (error instanceof CartwrightError && error.status === 401) return null;
      throw error;
    }
  };
  const { auth, cartToken, onTokens, store = memoryStore() } = options;
  // Only clients that share a store need a lock.
  const lockName = options.store ? `cartwright ${settings.baseUrl}` : null;
  return { settings, session: createSessionKeeper({ store, refresh, auth, cartToken, onTokens, lockName }) };
};

/**
 * Creates a client of a Cartwright shop. It needs only `fetch` and WebCrypto: browsers, Node 20 or newer,
 * Bun, Deno and edge workers. Every call throws `CartwrightError` on failure.
 * Throws `TypeError` for a `baseUrl` that is not absolute.
 */
export const createCartwright = (options: CartwrightOptions): Cartwright => {
  const client = createClient(options);
  const { session } = client;
  const api = createApi(client);
  let raw: TRPCClient<ShopRouter> | undefined;
  const shop = Object.assign(api, {
    signIn: async (credentials: { email: string; password: string }, callOptions?: CallOptions) => {
      const { user, tokens } = await api.auth.login(credentials, callOptions);
      await session.setSession(tokens);
      return user;
    },
    signOut: async () => {
      try {
        if ((await session.read()).session) await api.auth.logout();
      } catch (error) {
        if (!(error instanceof CartwrightError) || error.status !== 401) throw error;
      } finally {
        await session.setSession(null);
      }
    },
    isSignedIn: async () => (await session.read()).session !== null,
    waitingRoom: createWaitingRoom(client, api),
    download: createDownload(client),
  });
  return Object.defineProperty(shop, 'raw', { get: () => (raw ??= createRaw(client)), enumerable: false }) as Cartwright;
};
