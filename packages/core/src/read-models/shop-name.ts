import type { Database } from '@cartwright/db';
import { expressionBuilder } from 'kysely';

/** SQL: the name of the shop, as its mails show it. */
export const shopName = expressionBuilder<Database, never>().selectFrom('store_settings').select('name').$asScalar();
