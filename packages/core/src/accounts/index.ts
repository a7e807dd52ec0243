export { authenticate, findRecipient, getMailAddress, getMe, verifyToken } from './authenticate.ts';
export { checkOpenAnswers, type OpenAnswer } from './check-open-answers.ts';
export { createOrderView, deleteOrderView, listOrderViews, updateOrderView } from './manage-order-views.ts';
export { refreshSession } from './refresh-session.ts';
export { createStaff, registerCustomer } from './register-customer.ts';
export { signIn } from './sign-in.ts';
export { signOut } from './sign-out.ts';
export { getJwks, rotateSigningKey } from './signing-keys.ts';
