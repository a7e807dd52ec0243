import { transact, type Core } from '../kernel/index.ts';
import { replaceTrends } from './search-trend.store.ts';

/**
 * Calculates the trend scores from recent orders and open carts, however many units they ask for. Returns the number of products with a
 * score. Scheduled; running it twice at once does no harm.
 */
export const refreshTrends = (core: Core): Promise<number> =>
  transact(core, { oneStatement: true, forgets: () => ['search'] }, replaceTrends);
