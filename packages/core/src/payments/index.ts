export { callGateway, gatewayFor } from './call-gateway.ts';
export { chargePayment, createPayment } from './charge-payment.ts';
export { handleGatewayWebhook, type WebhookResult } from './handle-gateway-webhook.ts';
export { lockPayment, lockStandingPayment, type PaymentRow } from './payment.locks.ts';
export { listPaymentsForOrder } from './payment.queries.ts';
export { reconcilePayments } from './reconcile-payments.ts';
export { createRefund, processRefund, refundPayment } from './refund-payment.ts';
export { settleCharge } from './settle-charge.ts';
