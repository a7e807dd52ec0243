/** Everybody who listens to events. Here, because the domains do not know their listeners. */
import type { EventConsumer } from '../events/index.ts';
import { notifyConsumer } from '../notifications/index.ts';

export const consumers: readonly EventConsumer[] = [notifyConsumer];
