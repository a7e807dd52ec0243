export { checkInvariants } from './check-invariants.ts';
export { getDashboard } from './get-dashboard.ts';
export { invariants } from './invariants.ts';
export { checkSealedValues, listUnreadableValues, noteUnreadable } from './unreadable-values.ts';
