export { createRefundsUpTo } from './create-refunds-up-to.ts';
export { catchUpGatewayEvents } from './catch-up-events.ts';
export { gatewayFor } from './call-gateway.ts';
export { chargePayment, createPayment, providerPage, type PaymentRequest } from './charge-payment.ts';
export { assertMayTry, findBarredAddresses, tooManyDeclines } from './payment.limits.ts';
export { cancelCharges } from './cancel-charges.ts';
export { listDiscrepancies } from './list-discrepancies.ts';
export { resolveDiscrepancy } from './resolve-discrepancy.ts';
export { handleGatewayWebhook, type WebhookResult } from './handle-gateway-webhook.ts';
export { assertAddressMayTry } from './payment.limits.ts';
export { insertPayments } from './insert-payments.ts';
export {
  findPaymentByRequest,
  findRefundsOfRequest,
  isMadeWith,
  lockActivePayment,
  supersedePayment,
  type PaymentRow,
} from './payment.locks.ts';
export { findPaymentAction, getPayment, listPaymentsForOrder, readFailure } from './payment.queries.ts';
export { reconcilePayments } from './reconcile-payments.ts';
export { reconcileRecords } from './reconcile-records.ts';
export { processRefund } from './process-refund.ts';
export { refundOrder } from './refund-order.ts';
export { returnCredit } from './return-credit.ts';
export { assertNotDisputed, createRefund, refundPayment } from './refund-payment.ts';
export { retryGatewayEvents } from './retry-gateway-events.ts';
export { declinedMessage, settleCharge } from './settle-charge.ts';
export { createSandboxGateway, sandboxWebhookSecret } from './gateways/sandbox.gateway.ts';
export { decideSandboxCharge, getSandboxCharge } from './gateways/sandbox.page.ts';
export type { SandboxCharge } from './gateways/sandbox.store.ts';
export { verifyPayment } from './verify-payment.ts';
export { voidPendingRefunds } from './void-pending-refunds.ts';
