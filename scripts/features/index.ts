/**
 * All features of a shop, by area. `coverage-page.ts` prints them as the first part of `docs/coverage.md` and fails when a name or a title
 * no longer exists.
 */
import { accounts } from './accounts.ts';
import { catalogue, search } from './catalogue.ts';
import { orders, payments } from './orders.ts';
import { platform } from './platform.ts';
import { carts, inventory, pricing } from './selling.ts';
import type { FeatureArea } from './feature.ts';

export const featureAreas: readonly FeatureArea[] = [accounts, catalogue, search, pricing, inventory, carts, orders, payments, platform];
