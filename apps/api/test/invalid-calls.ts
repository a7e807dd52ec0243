/** Every call of the contract, with an address and headers that are valid, so that only the rest of a request can be wrong. */
import { aKey } from '@cartwright/testing';
import { entries } from '../src/entries.ts';
import { bearer } from './live-shop.ts';
import type { ProtocolAnswer } from './protocols.ts';

/** A valid id that nothing has. */
export const absent = '01990000-0000-7000-8000-000000000000';
export const calls = [...entries].flatMap(([path, entry]) => (entry.kind === 'subscription' ? [] : [{ path, entry }]));
export const changes = calls.filter(({ entry }) => entry.kind === 'mutation');
/** A well-formed value for each path parameter. */
export const addressed = (path: string): Record<string, string> => {
  const entry = entries.get(path);
  const route = entry && 'rest' in entry ? entry.rest.path : '';
  return Object.fromEntries([...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, absent]));
};
export const outcomeOf = ({ status, problem }: ProtocolAnswer) => ({ status, code: problem?.code });
/** Headers of a call by the admin of this access token, under a new key. */
export const keyedHeaders = (admin: string) => ({ ...bearer(admin), 'idempotency-key': aKey() });
export const internals = /select |insert |node_modules|at \w+ \(|Zod|postgres|\bstack\b/i;

/** Sends each call and returns those whose answer is not the expected one or shows internals. */
export const unexpectedAnswers = async (
  paths: readonly { path: string }[],
  send: (path: string) => Promise<ProtocolAnswer>,
  expected: { status: number; code: string },
): Promise<unknown[]> => {
  const answers = await Promise.all(paths.map(async ({ path }) => ({ path, answer: await send(path) })));
  return answers.flatMap(({ path, answer }) => {
    const asExpected =
      answer.status === expected.status && answer.problem?.code === expected.code && !internals.test(JSON.stringify(answer.problem));
    return asExpected ? [] : [{ path, ...outcomeOf(answer), detail: answer.problem?.detail }];
  });
};
