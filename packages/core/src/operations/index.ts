export { checkInvariants } from './check-invariants.ts';
export { getBacklog } from './get-backlog.ts';
export { getDashboard } from './get-dashboard.ts';
export { invariants } from '../read-models/invariants.ts';
export { noteUnreadable } from './unreadable-value.store.ts';
export { checkSealedValues, listUnreadableValues } from './unreadable-values.ts';
