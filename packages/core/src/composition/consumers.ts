/** All event consumers. They are listed here because the domains do not know their consumers. */
import type { EventConsumer } from '../events/index.ts';
import { notifyConsumer } from '../notifications/index.ts';

/** All event consumers. Their names are stored in the database: never rename one. */
export const consumers: readonly EventConsumer[] = [notifyConsumer];
