/** All rows, in the order in which they run: small ones first, and last those that make the shop large. */
import type { Row } from '../row.ts';
import { carts } from './carts.ts';
import { crowds } from './crowd.ts';
import { documents, events } from './events.ts';
import { feeds } from './feeds.ts';
import { flash } from './flash.ts';
import { growth } from './growth.ts';
import { login } from './login.ts';
import { reads } from './reads.ts';
import { sql } from './sql.ts';
import { startup } from './startup.ts';
import { tradingReads } from './trading.ts';
import { types } from './types.ts';

export const rows: readonly Row[] = [
  ...reads,
  ...tradingReads,
  ...carts,
  sql,
  login,
  ...flash,
  events,
  documents,
  ...crowds,
  feeds,
  startup,
  types,
  growth,
];
