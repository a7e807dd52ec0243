export { applyEdit } from './apply-edit.ts';
export { closeEdit } from './close-edit.ts';
export { findDueEdits, findOpenEdit, type OpenEdit } from './edit.queries.ts';
