/** The tokens of a signed-in person and of a guest's cart: kept, refreshed once for many callers, handed to a store. */
import type { TokenPair } from '@cartwright/contracts';

/** Where tokens live between page loads or processes. Each method may be asynchronous. */
export interface TokenStore {
  load(): Promise<StoredTokens | null> | StoredTokens | null;
  save(tokens: StoredTokens | null): Promise<void> | void;
}
export interface StoredTokens {
  readonly session: TokenPair | null;
  readonly cartToken: string | null;
}

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

const earlyMs = 30_000;

export interface SessionKeeper {
  read(): Promise<StoredTokens>;
  setSession(session: TokenPair | null): Promise<void>;
  setCartToken(cartToken: string | null): Promise<void>;
  /** The access token, refreshed first when it is about to run out. */
  accessToken(): Promise<string | null>;
  /** Refreshes now, unless another caller has just done it. Answers whether there is a new token. */
  refreshAfter(staleAccessToken: string): Promise<boolean>;
}

/** Many calls that find the token stale wait for one refresh. A refused refresh signs out. */
export const createSessionKeeper = (store: TokenStore, refresh: (refreshToken: string) => Promise<TokenPair | null>): SessionKeeper => {
  let running: Promise<void> | null = null;
  const read = async (): Promise<StoredTokens> => (await store.load()) ?? { session: null, cartToken: null };
  const save = async (changes: Partial<StoredTokens>): Promise<void> => store.save({ ...(await read()), ...changes });
  const renew = (refreshToken: string): Promise<void> =>
    (running ??= refresh(refreshToken)
      .then((session) => save({ session }))
      .finally(() => {
        running = null;
      }));
  return {
    read,
    setSession: (session) => save({ session }),
    setCartToken: (cartToken) => save({ cartToken }),
    accessToken: async () => {
      const { session } = await read();
      if (!session) return null;
      if (Date.parse(session.accessTokenExpiresAt) - Date.now() < earlyMs) await renew(session.refreshToken);
      return (await read()).session?.accessToken ?? null;
    },
    refreshAfter: async (stale) => {
      const { session } = await read();
      if (!session) return false;
      if (session.accessToken === stale) await renew(session.refreshToken);
      return (await read()).session !== null;
    },
  };
};
