export { advanceEdits } from './advance-edits.ts';
export { editLink } from './edit.link.ts';
export { openEditLink } from './open-edit-link.ts';
export { editOrder } from './edit-order.ts';
export { payEdit } from './pay-edit.ts';
export { previewOrderEdit } from './preview-order-edit.ts';
export { withdrawEdit } from './withdraw-edit.ts';
