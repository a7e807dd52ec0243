import { DomainError } from '@cartwright/core/kernel';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { codeOf, retryAfterSeconds, toProblem } from './errors.ts';

const problemOf = (thrown: unknown) => toProblem(thrown, 'request-1');
const database = (code: string) => Object.assign(new Error('relation "orders" of database shop'), { code });
const parser = (status: number) => Object.assign(new Error('request entity too large'), { status, expose: true });

describe('error responses', () => {
  it.each([
    ['a domain error', new DomainError('LIMIT_REACHED', 'At most two.', { details: { limit: 2 } }), 409, 'LIMIT_REACHED'],
    [
      'a domain error that tRPC has wrapped',
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
    ['a lock time-out', database('55P03'), 503, 'SERVICE_UNAVAILABLE'],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), 503, 'SERVICE_UNAVAILABLE'],
    ['an unexpected unique violation', database('23505'), 500, 'INTERNAL'],
    ['a defect in SQL', database('42P01'), 500, 'INTERNAL'],
    ['an answer that violates the contract', z.object({ a: z.string() }).safeParse({}).error, 500, 'INTERNAL'],
    ['a thrown string', 'boom', 500, 'INTERNAL'],
    ['an error whose status is not from a parser', Object.assign(new Error('provider'), { status: 400 }), 500, 'INTERNAL'],
    ['a body that is too large', parser(413), 413, 'PAYLOAD_TOO_LARGE'],
    ['a truncated body', parser(400), 400, 'MALFORMED_BODY'],
    ['an unknown procedure', new TRPCError({ code: 'NOT_FOUND' }), 404, 'NOT_FOUND'],
  ] as const)('%s has its own error code and shows no internals', (_what, thrown, status, code) => {
    const problem = problemOf(thrown);
    expect(problem).toMatchObject({ status, code, instance: 'request-1', type: `urn:cartwright:error:${code.toLowerCase()}` });
    expect(codeOf(thrown)).toBe(code);
    expect(JSON.stringify(problem)).not.toMatch(/relation|provider|boom|entity|stack/);
  });

  it('an error response contains the details and fields of a domain error', () => {
    const fields = [{ path: 'quantity', message: 'must be 1 or more' }];
    expect(problemOf(new DomainError('LIMIT_REACHED', 'No.', { fields, details: { limit: 9 } }))).toMatchObject({
      detail: 'No.',
      fields,
      details: { limit: 9 },
    });
  });

  it('an error response has Retry-After only where a repeat can succeed', () => {
    expect(retryAfterSeconds(problemOf(new DomainError('RATE_LIMITED', 'Slowly.', { details: { retryAfterSeconds: 41.2 } })))).toBe(42);
    expect(retryAfterSeconds(problemOf(database('57P01')))).toBe(1);
    expect(retryAfterSeconds(problemOf(new DomainError('CART_EMPTY', 'Nothing in it.')))).toBeNull();
  });
});
