import { DomainError } from '@cartwright/core/kernel';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { codeOf, retryAfterSeconds, toProblem } from './errors.ts';

const told = (thrown: unknown) => toProblem(thrown, 'request-1');
const database = (code: string) => Object.assign(new Error('relation "orders" of database shop'), { code });
const parser = (status: number) => Object.assign(new Error('request entity too large'), { status, expose: true });

describe('an error', () => {
  it.each([
    [
      'a refusal of the domain',
      new DomainError('INSUFFICIENT_STOCK', 'Two are left.', { details: { available: 2 } }),
      409,
      'INSUFFICIENT_STOCK',
    ],
    [
      'a refusal that tRPC has wrapped',
      new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new DomainError('CART_EMPTY', 'Nothing in it.') }),
      409,
      'CART_EMPTY',
    ],
    ['a database that shuts down', database('57P01'), 503, 'SERVICE_UNAVAILABLE'],
    ['a database that is full', database('53100'), 503, 'SERVICE_UNAVAILABLE'],
    ['too many connections', database('53300'), 503, 'SERVICE_UNAVAILABLE'],
    ['a lost connection', database('08006'), 503, 'SERVICE_UNAVAILABLE'],
    ['a serialisation failure', database('40001'), 503, 'SERVICE_UNAVAILABLE'],
    ['a deadlock', database('40P01'), 503, 'SERVICE_UNAVAILABLE'],
    ['a lock that did not come', database('55P03'), 503, 'SERVICE_UNAVAILABLE'],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), 503, 'SERVICE_UNAVAILABLE'],
    ['a unique index that nobody expected', database('23505'), 500, 'INTERNAL'],
    ['a defect in SQL', database('42P01'), 500, 'INTERNAL'],
    ['an answer that is not the contract’s', z.object({ a: z.string() }).safeParse({}).error, 500, 'INTERNAL'],
    ['something that is not even an error', 'boom', 500, 'INTERNAL'],
    ['an error with a status that no parser gave', Object.assign(new Error('provider'), { status: 400 }), 500, 'INTERNAL'],
    ['a body that is too large', parser(413), 413, 'PAYLOAD_TOO_LARGE'],
    ['a body that broke off', parser(400), 400, 'MALFORMED_BODY'],
    ['a procedure that tRPC does not find', new TRPCError({ code: 'NOT_FOUND' }), 404, 'NOT_FOUND'],
  ] as const)('that is %s has its own code, and shows nothing internal', (_what, thrown, status, code) => {
    const problem = told(thrown);
    expect(problem).toMatchObject({ status, code, instance: 'request-1', type: `urn:cartwright:error:${code.toLowerCase()}` });
    expect(codeOf(thrown)).toBe(code);
    expect(JSON.stringify(problem)).not.toMatch(/relation|provider|boom|entity|stack/);
  });

  it('carries the facts and fields of a refusal', () => {
    const fields = [{ path: 'quantity', message: 'must be 1 or more' }];
    expect(told(new DomainError('INVALID_QUANTITY', 'No.', { fields, details: { maximum: 9 } }))).toMatchObject({
      detail: 'No.',
      fields,
      details: { maximum: 9 },
    });
  });

  it('says when to come back, where that may help', () => {
    expect(retryAfterSeconds(told(new DomainError('RATE_LIMITED', 'Slowly.', { details: { retryAfterSeconds: 41.2 } })))).toBe(42);
    expect(retryAfterSeconds(told(database('57P01')))).toBe(1);
    expect(retryAfterSeconds(told(new DomainError('CART_EMPTY', 'Nothing in it.')))).toBeNull();
  });
});
