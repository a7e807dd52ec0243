export { deleteOrder } from './delete-order.ts';
export { editOrder } from './edit-order.ts';
export { previewOrderEdit } from './preview-order-edit.ts';
