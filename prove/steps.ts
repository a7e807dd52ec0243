/** Measures the duration of each step of a purchase. */
import type { Core } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import type { CrowdReport } from './crowd.ts';

export interface StepTimes {
  readonly step: string;
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds of each step, of buyers who sent one request and were charged at once. All processes use the clock of this machine. */
export const measureSteps = async ({ db }: Core, itemId: string, { visits }: CrowdReport): Promise<readonly StepTimes[]> => {
  const rows = await db
    .selectFrom('flash_purchases as f')
    .innerJoin('orders as o', 'o.id', 'f.orderId')
    .innerJoin('payments as p', 'p.orderId', 'o.id')
    .select(({ fn, ref }) => [
      fn<string>('split_part', [ref('f.requestKey'), sql.lit('|'), sql.lit(2)]).as('key'),
      'o.placedAt',
      'p.calledAt',
      'p.decidedAt',
    ])
    .where('f.itemId', '=', itemId)
    .execute();
  const times = rows.flatMap(({ key, placedAt, calledAt, decidedAt }) => {
    const visit = visits.get(key);
    if (!visit || !calledAt || !decidedAt || decidedAt.getTime() > visit.until) return [];
    const [placed, called, decided] = [placedAt.getTime(), calledAt.getTime(), decidedAt.getTime()];
    return [{ waiting: placed - visit.from, placing: called - placed, charging: decided - called, answering: visit.until - decided }];
  });
  const step = (name: string, of: (one: (typeof times)[number]) => number): StepTimes => {
    const sorted = times.map(of).toSorted((a, b) => a - b);
    const at = (share: number): number => Math.max(0, Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0));
    return { step: name, p50: at(0.5), p99: at(0.99) };
  };
  return times.length === 0
    ? []
    : [
        step('until the batch begins', (one) => one.waiting),
        step('placing the order', (one) => one.placing),
        step('charge and settlement', (one) => one.charging),
        step('sending the response', (one) => one.answering),
      ];
};
