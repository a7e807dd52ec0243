export { editOrder } from './edit-order.ts';
export { previewOrderEdit } from './preview-order-edit.ts';
