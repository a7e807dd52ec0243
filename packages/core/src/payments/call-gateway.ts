import type { PaymentProvider } from '@cartwright/contracts';
import { DomainError, GatewayUnavailable, insideTransaction, type Core, type PaymentGateway } from '../kernel/index.ts';

/** The provider's adapter. Throws `INVALID_INPUT` for one that is not set up in this shop. */
export const gatewayFor = (core: Core, provider: PaymentProvider): PaymentGateway => {
  const gateway = core.gateways.get(provider);
  if (!gateway)
    throw new DomainError('INVALID_INPUT', `Payments by ${provider} are not set up in this shop.`, {
      fields: [{ path: 'payment.provider', message: 'is not set up in this shop' }],
    });
  return gateway;
};

/**
 * Calls a provider with the shop's time limit. A call that takes longer counts as unanswered:
 * `GatewayUnavailable`, outcome unknown. Refuses to run while a transaction is open.
 */
export const callGateway = async <T>(core: Core, provider: PaymentProvider, call: (gateway: PaymentGateway) => Promise<T>): Promise<T> => {
  if (insideTransaction()) throw new Error('A provider must not be called while a transaction is open');
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new GatewayUnavailable(`${provider} did not answer in ${core.config.gatewayTimeoutMs} ms`)),
    core.config.gatewayTimeoutMs,
  );
  try {
    return await Promise.race([call(gatewayFor(core, provider)), tooLate]);
  } finally {
    clearTimeout(timer);
  }
};
