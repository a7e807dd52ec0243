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
import { mayPass, pause, pauseMs } from './retry.ts';
import { runCall, type Client } from './run-call.ts';
import { createSessionKeeper, memoryStore, type Auth, type StoredTokens, type TokenStore } from './session.ts';
import { sendAttempt } from './transport.ts';
import type { CallOptions, FeedHandlers, FeedOptions, ShopApi } from './types.ts';
import { createWaitingRoom, type WaitingRoom } from './waiting-room.ts';

/** Which shop, who calls it, and with how much patience. */
export interface CartwrightOptions {
  /** Address of the shop's API, without a path: `https://api.shop.example`. */
  readonly baseUrl: string;
  /**
   * Who is calling, when nobody signs in through this client: a session to start with, an access token,
   * or a function that is asked for one before each call. A session in the store goes first.
   */
  readonly auth?: Auth | undefined;
  /** Token of a guest's cart that was made elsewhere. Carts made by this client are remembered by themselves. */
  readonly cartToken?: string | undefined;
  /** Where tokens are kept; in memory unless told. */
  readonly store?: TokenStore | undefined;
  /** Told after every change of the tokens: after sign-in, each refresh, sign-out, and when a guest's cart is made. */
  readonly onTokens?: ((tokens: StoredTokens) => void) | undefined;
  /** Longest one attempt may take, in milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number | undefined;
  /** How often a call that may be repeated is repeated; 3 unless told, 0 for never. */
  readonly retries?: number | undefined;
  /** The runtime's own unless told. */
  readonly fetch?: typeof fetch | undefined;
}

/** A shop: its domains, and who is signed in. */
export type Cartwright = ShopApi & {
  /** Signs in and keeps the session; the access token is refreshed by itself from then on. */
  signIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<Session['user']>;
  /** Ends the session here and at the shop. A session that has already ended is no error. */
  signOut(): Promise<void>;
  /** Whether a session is kept. It may turn out to have ended at the next call. */
  isSignedIn(): Promise<boolean>;
  /** The queue in front of a sale: one call that joins, waits and answers the ticket to buy with. */
  readonly waitingRoom: WaitingRoom;
  /** A CSV file of the shop as it is written: `download('orders', { status: 'confirmed' })`. Pipe it to a file, or `new Response(stream).blob()`. */
  readonly download: Download;
  /** tRPC's own client over the same tokens, keys and retries. Throws `TRPCClientError`; its `cause` is the `CartwrightError`. */
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
  // The one place where the loop above and the mapped type meet; a test walks the contract to see that they agree.
  return api as ShopApi;
};

const createClient = (options: CartwrightOptions): Client => {
  const settings = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
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
        // A token is used up by its first use, but the shop gives the same successor once more when that answer was lost.
        if (!(error instanceof CartwrightError) || !mayPass(error)) throw error;
        await pause(pauseMs(0, error.retryAfterSeconds), undefined);
        return send(refreshToken);
      });
    } catch (error) {
      // A refused refresh ends the session; a shop that is away does not.
      if (error instanceof CartwrightError && error.status === 401) return null;
      throw error;
    }
  };
  const { auth, cartToken, onTokens, store = memoryStore() } = options;
  // Only what shares a store has anything to agree on.
  const lockName = options.store ? `cartwright ${settings.baseUrl}` : null;
  return { settings, session: createSessionKeeper({ store, refresh, auth, cartToken, onTokens, lockName }) };
};

/**
 * A client of a Cartwright shop. Works wherever `fetch` and WebCrypto do: browsers, Node 20 or newer,
 * Bun, Deno and edge workers. Throws `CartwrightError` from every call.
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
