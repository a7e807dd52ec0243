/** Runs a call with idempotency key, tokens and retries. */
import { CartwrightError } from './errors.ts';
import { headers as names, type ProcedureFacts } from './procedures.gen.ts';
import { mayRetry, pause, pauseMs } from './retry.ts';
import type { SessionKeeper } from './session.ts';
import { sendAttempt } from './transport.ts';
import type { CallOptions, ShopResponse } from './types.ts';

/** What every call of a client needs: its settings and its session. */
export interface Client {
  readonly settings: { readonly baseUrl: string; readonly timeoutMs: number; readonly retries: number; readonly fetch: typeof fetch };
  readonly session: SessionKeeper;
}

/** 128 random bits. Not `randomUUID`, because browsers do not offer it to pages loaded over plain HTTP. */
const createKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Headers that identify the caller. */
export const headersOf = async ({ session }: Client, key?: string): Promise<Record<string, string>> => {
  const access = await session.accessToken();
  const { cartToken } = await session.read();
  return {
    ...(access && { authorization: `Bearer ${access}` }),
    ...(cartToken && { [names.cartToken]: cartToken }),
    ...(key && { [names.idempotencyKey]: key }),
  };
};

/** Whether the access token in these headers has expired and was refreshed. */
export const hasFreshToken = async ({ session }: Client, headers: Record<string, string>, error: unknown): Promise<boolean> => {
  const stale = headers['authorization']?.slice('Bearer '.length);
  return stale !== undefined && error instanceof CartwrightError && error.code === 'INVALID_TOKEN' && (await session.refreshAfter(stale));
};

/** Runs a call including its retries. Throws `CartwrightError`, or what the token store throws. */
export const runCall = async (
  client: Client,
  path: string,
  facts: ProcedureFacts,
  input: unknown = {},
  options: CallOptions = {},
): Promise<ShopResponse<unknown>> => {
  const { retries, ...settings } = client.settings;
  const kind = facts.kind === 'mutation' ? 'mutation' : 'query';
  // All attempts use the same key, so that the shop treats them as one call.
  const key = facts.keyed ? (options.idempotencyKey ?? createKey()) : undefined;
  let refreshed = false;
  for (let attempt = 0; ;) {
    let headers: Record<string, string> = {};
    try {
      headers = await headersOf(client, key);
      const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
      const response = await sendAttempt({ ...settings, path, kind, input, headers, timeoutMs, signal: options.signal });
      if (path === 'carts.create') await rememberCart(client, response.data);
      return response;
    } catch (error) {
      if (!(error instanceof CartwrightError)) throw error;
      if (!refreshed && (await hasFreshToken(client, headers, error))) {
        refreshed = true;
        continue;
      }
      if (attempt >= retries || !mayRetry(facts, key, error)) throw error;
      await pause(pauseMs(attempt, error.retryAfterSeconds), options.signal);
      attempt += 1;
    }
  }
};

/** Stores the token of a guest's cart for later calls. */
const rememberCart = async ({ session }: Client, data: unknown): Promise<void> => {
  const { cartToken } = data as { cartToken: string | null };
  if (cartToken) await session.setCartToken(cartToken);
};
