import type { PaymentProvider } from '@cartwright/contracts';
import {
  DomainError,
  GatewayUnavailable,
  insideTransaction,
  notFound,
  withinTime,
  type Core,
  type GatewayNotice,
  type PaymentGateway,
} from '../kernel/index.ts';
import { checkedGateway } from './gateways/gateway.answers.ts';

const checkedOf = new WeakMap<PaymentGateway, PaymentGateway>();

/** The adapter with validated answers; every call of a provider uses one. */
const checked = (gateway: PaymentGateway): PaymentGateway => {
  const known = checkedOf.get(gateway) ?? checkedGateway(gateway);
  checkedOf.set(gateway, known);
  return known;
};

const providersOf = ({ gateways }: Core): string =>
  gateways.size === 0 ? 'No provider is.' : `Use one that is: ${[...gateways.keys()].join(', ')}.`;

/** The provider's adapter. Throws `INVALID_INPUT` for one that is not set up in this shop. */
export const gatewayFor = (core: Core, provider: PaymentProvider): PaymentGateway => {
  const gateway = core.gateways.get(provider);
  if (!gateway)
    throw new DomainError('INVALID_INPUT', `The payment provider ${provider} is not set up in this shop. ${providersOf(core)}`, {
      fields: [{ path: 'payment.provider', message: 'is not set up in this shop' }],
    });
  return checked(gateway);
};

/**
 * Calls a provider with the shop's time limit. Throws `GatewayUnavailable` when a call takes longer (the outcome is
 * unknown), and `GatewayResponseInvalid` with the problem for an invalid answer. Must not be called inside a transaction.
 */
export const callGateway = async <T>(core: Core, provider: PaymentProvider, call: (gateway: PaymentGateway) => Promise<T>): Promise<T> => {
  if (insideTransaction()) throw new Error('A payment provider must not be called while a transaction is open');
  const { gatewayTimeoutMs } = core.config;
  return withinTime(call(gatewayFor(core, provider)), gatewayTimeoutMs, (): never => {
    throw new GatewayUnavailable(`${provider} did not answer in ${gatewayTimeoutMs} ms`);
  });
};

/**
 * Reads an event that a provider posted. Throws `NOT_FOUND` for a provider that is not set up, `INVALID_SIGNATURE` or
 * `STALE_SIGNATURE`.
 */
export const readWebhook = (
  core: Core,
  provider: string,
  { rawBody, headers }: { readonly rawBody: Buffer; readonly headers: Readonly<Record<string, string | undefined>> },
): { readonly provider: PaymentProvider; readonly notice: GatewayNotice } => {
  const gateway = core.gateways.get(provider as PaymentProvider);
  if (!gateway) throw notFound('This provider', provider);
  return { provider: gateway.provider, notice: checked(gateway).parseWebhook(rawBody, headers, core.clock.now()) };
};
