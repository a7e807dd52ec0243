import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { readBacklog, type Backlog } from '../read-models/backlog.ts';

/** How many rows of each kind wait for a worker or failed for good, and how old the oldest is. */
export const getBacklog = (core: Core, actor: Actor): Promise<Backlog[]> => {
  requireScope(actor, 'system:read');
  return readBacklog(core.db);
};
