/** A shop with its real HTTP server, on its own port. */
import {
  aCustomer,
  aStaffMember,
  createTestShop,
  password,
  restCall,
  type RestAnswer,
  type RestRequest,
  type TestShop,
} from '@cartwright/testing';
import { createCartwright, type Cartwright } from '@cartwright/sdk';
import type { CoreOverrides } from '@cartwright/core/composition';
import type { CoreConfig } from '@cartwright/core/kernel';
import { afterAll } from 'vitest';
import { createServer, type ShopServer } from '../src/server.ts';
import type { HttpSettings } from '../src/settings.ts';

export type Answer = RestAnswer;
export type Sent = Pick<RestRequest, 'body' | 'headers'>;
export interface LiveShop {
  readonly shop: TestShop;
  readonly server: ShopServer;
  readonly url: string;
  /** Calls an address under `/api/v1`. */
  rest(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** An access token of a new account. */
  token(role: 'customer' | 'support' | 'admin'): Promise<string>;
  close(): Promise<void>;
}

/** Settings of a server on a free port of this machine. */
export const testHttp: HttpSettings = { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null };

/** Starts a shop and its server. The test file closes it. */
export const startLiveShop = async (
  http: Partial<HttpSettings> = {},
  overrides: CoreOverrides = {},
  config: Partial<CoreConfig> = {},
): Promise<LiveShop> => {
  const shop = await createTestShop(config, overrides);
  const server = createServer(shop.core, { ...testHttp, ...http });
  const url = await server.listen();
  const rest: LiveShop['rest'] = (method, path, sent = {}) => restCall(url, { method, path, ...sent });
  return {
    shop,
    server,
    url,
    rest,
    token: async (role) => {
      const { email } = role === 'customer' ? await aCustomer(shop.core) : await aStaffMember(shop.core, role);
      const { body } = await rest('POST', '/auth/login', { body: { email, password } });
      return (body['tokens'] as { accessToken: string }).accessToken;
    },
    close: async () => {
      await server.close();
      await shop.close();
    },
  };
};

/** Starts a shop for a whole test file, with high rate limits and the access token of an admin. It is closed after the tests. */
export const aLiveShopWithAdmin = async (): Promise<{ readonly live: LiveShop; readonly admin: string }> => {
  const live = await startLiveShop({ rateLimitFactor: 1_000 });
  afterAll(() => live.close());
  return { live, admin: await live.token('admin') };
};

/** An SDK client of a shop, signed in as an admin. */
export const anAdminClient = async ({ shop, url }: Pick<LiveShop, 'shop' | 'url'>): Promise<Cartwright> => {
  const client = createCartwright({ baseUrl: url });
  const { email } = await aStaffMember(shop.core);
  await client.signIn({ email, password });
  return client;
};

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
