import { contract } from '@cartwright/contracts';
import type { ShopRouter } from '@cartwright/sdk';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';
import { entries } from './entries.ts';
import { shopRouter, type ShopServerRouter } from './router.ts';
import { shop } from './trpc/procedure.ts';

/** Names of the procedures whose type on one side is not exactly the type on the other. */
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
  it('takes and gives exactly the types of the contract', () => {
    expectTypeOf<keyof inferRouterInputs<ShopServerRouter>>().toEqualTypeOf<keyof inferRouterInputs<ShopRouter>>();
    expectTypeOf<Differing<inferRouterInputs<ShopServerRouter>, inferRouterInputs<ShopRouter>>>().toEqualTypeOf<never>();
    expectTypeOf<Differing<inferRouterOutputs<ShopServerRouter>, inferRouterOutputs<ShopRouter>>>().toEqualTypeOf<never>();
  });

  it('lets a call answer nothing but what its contract says', () => {
    const { ping } = contract.system;
    const served = shop(ping).query(() => ({ pong: true as const }));
    expectTypeOf<(typeof served)['_def']['$types']['output']>().toEqualTypeOf<{ pong: true }>();
    // @ts-expect-error -- without the contract's output on the procedure, this would be taken
    shop(ping).query(() => ({ pong: 'yes' }));
    // @ts-expect-error -- without the contract's input on the procedure, this would be unknown
    shop(contract.orders.get).query(({ input }) => input.nothing);
  });

  it('serves every procedure of the contract with the very schemas it names, and nothing else', () => {
    // tRPC keeps its procedures flat, by path; its type shows them nested.
    const flat = shopRouter._def.procedures as unknown as Record<
      string,
      { _def: { type: string; inputs: readonly unknown[]; output?: unknown } }
    >;
    const served = new Map(Object.entries(flat).map(([path, { _def }]) => [path, _def]));
    expect([...served.keys()].toSorted()).toEqual([...entries.keys()].toSorted());
    const strays = [...served].filter(([path, { type, inputs, output }]) => {
      const entry = entries.get(path);
      // Items of a feed are checked one by one, by the feed itself.
      const wanted = entry?.kind === 'subscription' ? undefined : entry?.output;
      return type !== entry?.kind || inputs.length !== 1 || inputs[0] !== entry.input || output !== wanted;
    });
    expect(strays.map(([path]) => path)).toEqual([]);
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
  const withAccess = (wanted: (access: unknown) => boolean): string[] =>
    [...entries].filter(([, { access }]) => wanted(access)).map(([path]) => path);
  const matrix = async (paths: readonly string[], headers?: Record<string, string>): Promise<Record<string, number>> =>
    Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await statusOf(path, headers)] as const)));
  const all = (paths: readonly string[], status: number): Record<string, number> => Object.fromEntries(paths.map((path) => [path, status]));

  it('is refused to guests with 401 on everything that is not public', async () => {
    const closed = withAccess((access) => access !== 'public');
    expect(closed.length).toBeGreaterThan(20);
    expect(await matrix(closed)).toEqual(all(closed, 401));
  });

  it('is refused to customers with 403 on everything that asks for a scope', async () => {
    const scoped = withAccess((access) => typeof access === 'object');
    expect(scoped.length).toBeGreaterThan(15);
    expect(await matrix(scoped, bearer(await live.token('customer')))).toEqual(all(scoped, 403));
  });

  it('is refused to support with 403 exactly where support lacks the scope', async () => {
    const token = await live.token('support');
    const writes = withAccess(
      (access) =>
        typeof access === 'object' &&
        ['catalog:write', 'pricing:write', 'payments:refund', 'system:read'].includes((access as { scope: string }).scope),
    );
    expect(await matrix(writes, bearer(token))).toEqual(all(writes, 403));
    expect(await statusOf('inventory.list', bearer(token))).toBe(200);
  });

  it('is refused with 401 by a token that is not valid, even on what is public', async () => {
    expect(await statusOf('system.ping', bearer('abc.def.ghi'))).toBe(401);
    expect(await statusOf('system.ping', { authorization: 'Basic dXNlcjpwYXNz' })).toBe(401);
  });

  it('does not look at a spent token where one signs in', async () => {
    expect(await statusOf('auth.login', bearer('abc.def.ghi'))).toBe(400);
  });

  it('is denied the same way over REST', async () => {
    expect(await live.rest('GET', '/inventory')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await live.rest('GET', '/inventory', { headers: bearer(await live.token('customer')) })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });
});
