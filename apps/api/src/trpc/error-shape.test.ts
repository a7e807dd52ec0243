import { errorCodes, errorRules } from '@cartwright/contracts';
import { DomainError } from '@cartwright/core/kernel';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import { getErrorShape } from '@trpc/server/shared';
import { expect, it } from 'vitest';
import { shopRouter } from '../router.ts';

it("every refusal but a defect goes out under a name of tRPC's that is of its kind", () => {
  const unnamed = errorCodes.filter((code) => {
    const error = getTRPCErrorFromUnknown(new DomainError(code, 'No.'));
    const shape = getErrorShape({
      config: shopRouter._def._config,
      error,
      type: 'query',
      path: undefined,
      input: undefined,
      ctx: undefined,
    });
    expect(shape.data.httpStatus).toBe(errorRules[code].status);
    return shape.data.code === 'INTERNAL_SERVER_ERROR';
  });
  expect(unnamed).toEqual(['INTERNAL']);
});
