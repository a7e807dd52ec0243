/** Stores the tokens of a session and of a guest's cart, and refreshes the access token once for all concurrent calls. */
import type { TokenPair } from '@cartwright/contracts';

/** Stores tokens between page loads or processes. Each method may be asynchronous. */
export interface TokenStore {
  /** Returns the tokens that were saved last; null if there are none. */
  load(): Promise<StoredTokens | null> | StoredTokens | null;
  /** Replaces all stored tokens. */
  save(tokens: StoredTokens | null): Promise<void> | void;
}
/** Everything that the client stores to continue later. Keep it as secret as a password. */
export interface StoredTokens {
  /** Tokens of the session; null if nobody is signed in. */
  readonly session: TokenPair | null;
  /** Token of a guest's cart and of the order placed from it. */
  readonly cartToken: string | null;
  /** When to refresh, in milliseconds by the clock of this machine, which can differ from the shop's. */
  readonly renewAt?: number | null;
}
/** A session, an access token, or a function that returns an access token for each call. */
export type Auth = TokenPair | string | (() => string | null | Promise<string | null>);

/** Creates a store that keeps tokens in memory. */
export const memoryStore = (): TokenStore => {
  let kept: StoredTokens | null = null;
  return {
    load: () => kept,
    save: (tokens) => {
      kept = tokens;
    },
  };
};

/** Keeps the tokens of a client, and refreshes the access token before it expires. */
export interface SessionKeeper {
  read(): Promise<StoredTokens>;
  setSession(session: TokenPair | null): Promise<void>;
  setCartToken(cartToken: string | null): Promise<void>;
  /** Returns the access token; refreshes it first if it is about to expire. */
  accessToken(): Promise<string | null>;
  /** Refreshes now, unless another caller has just refreshed. Returns whether there is a new token. */
  refreshAfter(staleAccessToken: string): Promise<boolean>;
}

/** Where a session keeps its tokens, how it gets new ones, and which it begins with. */
export interface SessionOptions {
  readonly store: TokenStore;
  /** Exchanges a refresh token for a new pair; null if the shop rejects it. */
  readonly refresh: (refreshToken: string) => Promise<TokenPair | null>;
  readonly auth?: Auth | undefined;
  readonly cartToken?: string | undefined;
  readonly onTokens?: ((tokens: StoredTokens) => void) | undefined;
  /** Name of the lock by which tabs that share a store refresh only once. */
  readonly lockName: string | null;
}

const earlyMs = 30_000;
const nothing: StoredTokens = { session: null, cartToken: null };

/** When to refresh a new token. Uses the lifetime of the token, so that a wrong local clock does not matter. */
const renewalOf = ({ accessToken, accessTokenExpiresAt }: TokenPair): number => {
  const expiresAt = Date.parse(accessTokenExpiresAt);
  try {
    const claims = JSON.parse(atob((accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { iat?: unknown };
    if (typeof claims.iat === 'number') return Date.now() + (expiresAt - claims.iat * 1_000) - earlyMs;
  } catch {
    // Not a readable JWT: its expiry works as well if the clocks agree.
  }
  return expiresAt - earlyMs;
};

/** Runs one task at a time among all tabs of this origin, if the platform has Web Locks. */
const alone = async <T>(name: string | null, work: () => Promise<T>): Promise<T> => {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return locks && name !== null ? locks.request(name, work) : work();
};

/** Applies changes to the stored tokens one after the other. */
const createVault = ({ store, auth, cartToken, onTokens }: SessionOptions) => {
  let opening: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const change = async (next: (before: StoredTokens) => Partial<StoredTokens> | null): Promise<void> => {
    const before = (await store.load()) ?? nothing;
    const changes = next(before);
    if (!changes) return;
    const after = { ...before, ...changes };
    await store.save(after);
    onTokens?.(after);
  };
  /** Stores the tokens from the options. A session in the store is newer than one in the options. */
  const open = (): Promise<void> =>
    (opening ??= change((before) => {
      const session = typeof auth === 'object' && !before.session ? auth : null;
      return session || cartToken ? { ...(session && { session }), ...(cartToken && { cartToken }) } : null;
    }));
  return {
    read: async (): Promise<StoredTokens> => {
      await open();
      return (await store.load()) ?? nothing;
    },
    write: (next: (before: StoredTokens) => Partial<StoredTokens> | null): Promise<void> => {
      const done = last.then(open).then(() => change(next));
      // The caller gets the failure; it must not prevent the next change.
      last = done.catch(() => undefined);
      return done;
    },
  };
};

/** Concurrent calls with an expired token wait for one refresh. A rejected refresh signs out. */
export const createSessionKeeper = (options: SessionOptions): SessionKeeper => {
  const { read, write } = createVault(options);
  let running: Promise<void> | null = null;
  const kept = (session: TokenPair | null) => ({ session, renewAt: session && renewalOf(session) });
  const trade = (refreshToken: string): Promise<void> =>
    alone(options.lockName, async () => {
      // Another tab may have refreshed already, and a refresh token works only once.
      if ((await read()).session?.refreshToken !== refreshToken) return;
      const session = await options.refresh(refreshToken);
      // A user who signed out meanwhile stays signed out.
      await write((before) => (before.session?.refreshToken === refreshToken ? kept(session) : null));
    });
  const renew = (refreshToken: string): Promise<void> =>
    (running ??= trade(refreshToken).finally(() => {
      running = null;
    }));
  const given = async (): Promise<string | null> => {
    const { auth } = options;
    return typeof auth === 'function' ? auth() : typeof auth === 'string' ? auth : null;
  };
  return {
    read,
    setSession: (session) => write(() => kept(session)),
    setCartToken: (cartToken) => write(() => ({ cartToken })),
    accessToken: async () => {
      const { session, renewAt } = await read();
      if (!session) return given();
      if (Date.now() >= (renewAt ?? Date.parse(session.accessTokenExpiresAt) - earlyMs)) await renew(session.refreshToken);
      return (await read()).session?.accessToken ?? null;
    },
    refreshAfter: async (stale) => {
      const { session } = await read();
      if (!session) return ((await given()) ?? stale) !== stale;
      if (session.accessToken === stale) await renew(session.refreshToken);
      return (await read()).session !== null;
    },
  };
};
