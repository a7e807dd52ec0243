/** Every table of the shop: what the files in `all.ts` export. */
import type { EntitySchema } from '@mikro-orm/core';
import * as all from './all.ts';

/** The union of all entity types. */
export type Entity = (typeof all)[keyof typeof all];

/** The entities of all tables. */
export const entities: readonly EntitySchema[] = Object.values(all);
