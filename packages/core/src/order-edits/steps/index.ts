export { applyEdit } from './apply-edit.ts';
export { closeEdit, withdrawOpenEdit } from './close-edit.ts';
export { findDueEdits, findOpenEdit, type OpenEdit } from './edit.queries.ts';
