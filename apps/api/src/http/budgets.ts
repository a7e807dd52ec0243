/** Rate limits per caller: per account, or per network address for guests. */
import type { RateBudget } from '@cartwright/contracts';

const perMinute: Readonly<Record<RateBudget, number>> = { read: 6_000, write: 1_200, auth: 60, purchase: 600, import: 30 };
type Budgets = Readonly<Record<RateBudget, { points: number; seconds: number }>>;

/** The budgets, each times `factor`. */
export const budgetsOf = (factor = 1): Budgets => {
  const budget = (name: RateBudget) => ({ points: Math.ceil(perMinute[name] * factor), seconds: 60 });
  return { read: budget('read'), write: budget('write'), auth: budget('auth'), purchase: budget('purchase'), import: budget('import') };
};
