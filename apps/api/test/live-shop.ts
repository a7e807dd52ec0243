/** A shop behind its real server, on a port of its own. */
import { aCustomer, aStaffMember, createTestShop, password, type TestShop } from '@cartwright/testing';
import type { CoreOverrides } from '@cartwright/core/composition';
import { createServer, type ShopServer } from '../src/server.ts';
import type { HttpSettings } from '../src/settings.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
export interface Sent {
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
export interface LiveShop {
  readonly shop: TestShop;
  readonly server: ShopServer;
  readonly url: string;
  /** Calls an address under `/api/v1`. */
  rest(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** An access token of somebody new. */
  token(role: 'customer' | 'support' | 'admin'): Promise<string>;
  close(): Promise<void>;
}

const settings: HttpSettings = { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null };

/** Starts one. Close it when the file is done. */
export const startLiveShop = async (http: Partial<HttpSettings> = {}, overrides: CoreOverrides = {}): Promise<LiveShop> => {
  const shop = await createTestShop({}, overrides);
  const server = createServer(shop.core, { ...settings, ...http });
  const url = await server.listen();
  const rest = async (method: string, path: string, { body, headers }: Sent = {}): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
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

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
