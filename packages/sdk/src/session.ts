/** The tokens of a signed-in person and of a guest's cart: kept, refreshed once for many callers, handed to a store. */
import type { TokenPair } from '@cartwright/contracts';

/** Where tokens live between page loads or processes. Each method may be asynchronous. */
export interface TokenStore {
  /** What was saved last; null when nothing was. */
  load(): Promise<StoredTokens | null> | StoredTokens | null;
  /** Keeps all of it, in place of what was there. */
  save(tokens: StoredTokens | null): Promise<void> | void;
}
/** Everything the client must remember to go on where it was. As secret as a password. */
export interface StoredTokens {
  /** Of the person signed in; null when nobody is. */
  readonly session: TokenPair | null;
  /** Of a guest's cart, and of the order made from it. */
  readonly cartToken: string | null;
  /** When to refresh, by the clock of this machine in milliseconds, which may run differently from the shop's. */
  readonly renewAt?: number | null;
}
/** A session to start with, an access token of your own, or where to get one for each call. */
export type Auth = TokenPair | string | (() => string | null | Promise<string | null>);

/** Keeps tokens for as long as the process lives. */
export const memoryStore = (): TokenStore => {
  let kept: StoredTokens | null = null;
  return {
    load: () => kept,
    save: (tokens) => {
      kept = tokens;
    },
  };
};

export interface SessionKeeper {
  read(): Promise<StoredTokens>;
  setSession(session: TokenPair | null): Promise<void>;
  setCartToken(cartToken: string | null): Promise<void>;
  /** The access token, refreshed first when it is about to run out. */
  accessToken(): Promise<string | null>;
  /** Refreshes now, unless another caller has just done it. Answers whether there is a new token. */
  refreshAfter(staleAccessToken: string): Promise<boolean>;
}

export interface SessionOptions {
  readonly store: TokenStore;
  /** Trades a refresh token; null when the shop refuses it. */
  readonly refresh: (refreshToken: string) => Promise<TokenPair | null>;
  readonly auth?: Auth | undefined;
  readonly cartToken?: string | undefined;
  readonly onTokens?: ((tokens: StoredTokens) => void) | undefined;
  /** Tabs that share a store agree by this name on who refreshes. */
  readonly lockName: string | null;
}

const earlyMs = 30_000;
const nothing: StoredTokens = { session: null, cartToken: null };

/** When to refresh a token that has just arrived: by its own lifetime, so that a wrong clock here does no harm. */
const renewalOf = ({ accessToken, accessTokenExpiresAt }: TokenPair): number => {
  const expiresAt = Date.parse(accessTokenExpiresAt);
  try {
    const claims = JSON.parse(atob((accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { iat?: unknown };
    if (typeof claims.iat === 'number') return Date.now() + (expiresAt - claims.iat * 1_000) - earlyMs;
  } catch {
    // Not a JWT that can be read here: its expiry says as much, as long as the clocks agree.
  }
  return expiresAt - earlyMs;
};

/** One at a time among everything of this origin that shares the store, where the platform has such locks. */
const alone = async <T>(name: string | null, work: () => Promise<T>): Promise<T> => {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return locks && name !== null ? locks.request(name, work) : work();
};

/** What is kept, one change after the other. */
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
  /** What the caller brought; a session in the store is newer than one given at the start. */
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
      // The caller gets the failure; it must not stop the next change.
      last = done.catch(() => undefined);
      return done;
    },
  };
};

/** Many calls that find the token stale wait for one refresh. A refused refresh signs out. */
export const createSessionKeeper = (options: SessionOptions): SessionKeeper => {
  const { read, write } = createVault(options);
  let running: Promise<void> | null = null;
  const kept = (session: TokenPair | null) => ({ session, renewAt: session && renewalOf(session) });
  const trade = (refreshToken: string): Promise<void> =>
    alone(options.lockName, async () => {
      // Another tab may have been quicker; and a refresh token works once.
      if ((await read()).session?.refreshToken !== refreshToken) return;
      const session = await options.refresh(refreshToken);
      // Somebody who signed out meanwhile stays signed out.
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
