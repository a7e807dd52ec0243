import { contract, isOpenToGuests, scopesOfAccess, type Access } from '@cartwright/contracts';
import type { ShopRouter } from '@cartwright/sdk';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';
import { entries } from './entries.ts';
import { shopRouter, type ShopServerRouter } from './router.ts';
import { shop } from './trpc/procedure.ts';

/** Names of the procedures whose types are not the same on both sides. */
type Differing<A, B> = {
  [D in keyof A & keyof B & string]: {
    [P in (keyof A[D] | keyof B[D]) & string]: P extends keyof A[D] & keyof B[D]
      ? (<T>() => T extends A[D][P] ? 1 : 2) extends <T>() => T extends B[D][P] ? 1 : 2
        ? never
        : `${D}.${P}`
      : `${D}.${P}`;
  }[(keyof A[D] | keyof B[D]) & string];
}[keyof A & keyof B & string];

describe('the router', () => {
  it('the router has exactly the input and output types of the contract', () => {
    expectTypeOf<keyof inferRouterInputs<ShopServerRouter>>().toEqualTypeOf<keyof inferRouterInputs<ShopRouter>>();
    expectTypeOf<Differing<inferRouterInputs<ShopServerRouter>, inferRouterInputs<ShopRouter>>>().toEqualTypeOf<never>();
    expectTypeOf<Differing<inferRouterOutputs<ShopServerRouter>, inferRouterOutputs<ShopRouter>>>().toEqualTypeOf<never>();
  });

  it('a procedure can return only what its contract declares', () => {
    const { ping } = contract.system;
    const served = shop(ping).query(() => ({ pong: true as const }));
    expectTypeOf<(typeof served)['_def']['$types']['output']>().toEqualTypeOf<{ pong: true }>();
    // @ts-expect-error -- without the contract's output on the procedure, this would compile
    shop(ping).query(() => ({ pong: 'yes' }));
    // @ts-expect-error -- without the contract's input on the procedure, the input would be unknown
    shop(contract.orders.get).query(({ input }) => input.nothing);
  });

  it('the router serves exactly the procedures of the contract, with its schemas', () => {
    // tRPC keeps its procedures flat, by path; its type shows them nested.
    const flat = shopRouter._def.procedures as unknown as Record<
      string,
      { _def: { type: string; inputs: readonly unknown[]; output?: unknown } }
    >;
    const served = new Map(Object.entries(flat).map(([path, { _def }]) => [path, _def]));
    expect([...served.keys()].toSorted()).toEqual([...entries.keys()].toSorted());
    const mismatches = [...served].filter(([path, { type, inputs, output }]) => {
      const entry = entries.get(path);
      // A feed checks its items itself.
      const expectedOutput = entry?.kind === 'subscription' ? undefined : entry?.output;
      return type !== entry?.kind || inputs.length !== 1 || inputs[0] !== entry.input || output !== expectedOutput;
    });
    expect(mismatches.map(([path]) => path)).toEqual([]);
  });
});

describe('access', () => {
  let live: LiveShop;
  beforeAll(async () => {
    live = await startLiveShop();
  });
  afterAll(() => live.close());

  const statusOf = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    const kind = entries.get(path)?.kind;
    const url = `${live.url}/trpc/${path}`;
    if (kind === 'mutation')
      return (await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' })).status;
    const accept = kind === 'subscription' ? 'text/event-stream' : '*/*';
    const answer = await fetch(`${url}?input=%7B%7D`, { headers: { ...headers, accept } });
    await answer.body?.cancel();
    return answer.status;
  };
  const withAccess = (matches: (access: Access) => boolean): string[] =>
    [...entries].filter(([, { access }]) => matches(access)).map(([path]) => path);
  const matrix = async (paths: readonly string[], headers?: Record<string, string>): Promise<Record<string, number>> =>
    Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await statusOf(path, headers)] as const)));
  const all = (paths: readonly string[], status: number): Record<string, number> => Object.fromEntries(paths.map((path) => [path, status]));

  it('a guest gets 401 from every procedure that is not public', async () => {
    const closed = withAccess((access) => !isOpenToGuests(access));
    expect(closed.length).toBeGreaterThan(20);
    expect(await matrix(closed)).toEqual(all(closed, 401));
  });

  it('a customer gets 403 from every procedure that needs a scope', async () => {
    const scoped = withAccess((access) => scopesOfAccess(access).length > 0);
    expect(scoped.length).toBeGreaterThan(15);
    expect(await matrix(scoped, bearer(await live.token('customer')))).toEqual(all(scoped, 403));
  });

  it('a support member gets 403 from procedures whose scope support lacks', async () => {
    const token = await live.token('support');
    const writes = withAccess((access) =>
      ['catalog:write', 'pricing:write', 'payments:refund', 'system:read'].includes(scopesOfAccess(access)[0] ?? ''),
    );
    expect(await matrix(writes, bearer(token))).toEqual(all(writes, 403));
    expect(await statusOf('inventory.list', bearer(token))).toBe(200);
  });

  it('an invalid token gets 401 even from a public procedure', async () => {
    expect(await statusOf('system.ping', bearer('abc.def.ghi'))).toBe(401);
    expect(await statusOf('system.ping', { authorization: 'Basic dXNlcjpwYXNz' })).toBe(401);
  });

  it('sign-in ignores an invalid token', async () => {
    expect(await statusOf('auth.login', bearer('abc.def.ghi'))).toBe(400);
  });

  it('REST denies access with the same statuses and codes as tRPC', async () => {
    expect(await live.rest('GET', '/inventory')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await live.rest('GET', '/inventory', { headers: bearer(await live.token('customer')) })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });
});
