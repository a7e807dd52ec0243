import { expect, it } from 'vitest';
import { procedureNames, proceduresNotExecuted } from './executed-procedures.ts';

it('the check of executed procedures names each procedure of the contract that was not recorded', () => {
  expect(procedureNames.length).toBeGreaterThan(150);
  const all = procedureNames.map((name) => `${name}\n`);
  // Processes of a run may record the same procedure.
  expect(proceduresNotExecuted([...all, ...all].join(''))).toEqual([]);
  expect(proceduresNotExecuted(all.filter((line) => line !== 'orders.deliver\n' && line !== 'tax.save\n').join(''))).toEqual([
    'tax.save',
    'orders.deliver',
  ]);
  expect(proceduresNotExecuted('')).toEqual(procedureNames);
});
