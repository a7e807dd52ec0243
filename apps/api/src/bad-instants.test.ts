/** Instants outside the years 2000 to 2200, including those that PostgreSQL cannot store, are invalid input for every call. */
import { aKey } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { countRows, protocols } from '../test/protocols.ts';
import { aLiveShopWithAdmin, bearer } from '../test/live-shop.ts';
import { entries } from './entries.ts';

const { live, admin } = await aLiveShopWithAdmin();

/** Names of the instant fields of a call. */
const instantFields = (input: z.ZodType): string[] => {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { format?: string; anyOf?: { format?: string }[] }>;
  };
  return Object.entries(properties).flatMap(([name, { format, anyOf = [] }]) =>
    [format, ...anyOf.map((one) => one.format)].includes('date-time') ? [name] : [],
  );
};
const calls = [...entries].flatMap(([path, entry]) =>
  entry.kind === 'subscription' ? [] : instantFields(entry.input).map((field) => ({ path, field, route: entry.rest.path })),
);
/** Without the fields that repeat a stored value, because a stored record may contain any year. */
const inRange = calls.filter(({ path, field }) => path !== 'priceLists.update' && field !== 'expectedUpdatedAt');
const addressed = (route: string): Record<string, string> =>
  Object.fromEntries([...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '01990000-0000-7000-8000-000000000000']));

describe.each(protocols)('instants out of range over $name', ({ send }) => {
  it.each([
    ['0000-01-01T00:00:00Z', calls],
    ['0001-01-01T00:00:00+14:00', calls],
    ['9999-12-31T23:59:59-23:59', calls],
    ['1999-12-31T23:59:59Z', inRange],
    ['2201-01-01T00:00:00Z', inRange],
  ] as const)('every call that takes an instant refuses %s and writes nothing', async (at, some) => {
    const before = await countRows(live);
    const answers = await Promise.all(
      some.map(async ({ path, field, route }) => {
        const input = { ...addressed(route), [field]: at };
        const { status, problem } = await send(live, path, { input, headers: { ...bearer(admin), 'idempotency-key': aKey() } });
        return { path, field, status, named: problem?.fields?.some((issue) => issue.path === field) };
      }),
    );
    expect(answers.filter(({ status, named }) => status !== 400 || !named)).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
    expect(await countRows(live)).toEqual(before);
  });
});
