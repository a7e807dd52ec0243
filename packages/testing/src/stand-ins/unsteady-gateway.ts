/** The sandbox provider behind a line that can fail: what is sent arrives, what comes back may not. */
import { GatewayUnavailable, randomIds, type Core, type PaymentGateway } from '@cartwright/core/kernel';
import { createSandboxGateway, sandboxWebhookSecret } from '@cartwright/core/payments';
import type { PaymentProvider } from '@cartwright/contracts';

export interface UnsteadyGateway extends PaymentGateway {
  /** Gives it its books. Before that it must not be called. */
  connect(core: Core): void;
  /** While silent it acts on charges and refunds but answers nothing, and hears no question. */
  silent: boolean;
}

/** A provider for `createTestShop`'s overrides; `connect` it to the shop that it was given to. */
export const createUnsteadyGateway = (provider: PaymentProvider = 'sandbox'): UnsteadyGateway => {
  let books: PaymentGateway | null = null;
  const open = (): PaymentGateway => {
    if (!books) throw new Error('connect this gateway to its shop first');
    return books;
  };
  const hearing = (): PaymentGateway => {
    if (gateway.silent) throw new GatewayUnavailable(`${provider}: the line is dead`);
    return open();
  };
  const losing = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer;
    if (gateway.silent) throw new GatewayUnavailable(`${provider}: the answer was lost`);
    return result;
  };
  const gateway: UnsteadyGateway = {
    provider,
    silent: false,
    connect: ({ db, sealer, config: { publicUrl } }) => {
      books = createSandboxGateway({ db, ids: randomIds, webhookSecret: sandboxWebhookSecret(sealer), publicUrl });
    },
    charge: (request) => losing(open().charge(request)),
    refund: (request) => losing(open().refund(request)),
    findCharge: async (lookup) => hearing().findCharge(lookup),
    findRefund: async (lookup) => hearing().findRefund(lookup),
    cancelCharge: async (lookup) => hearing().cancelCharge(lookup),
    parseWebhook: (rawBody, headers, now) => open().parseWebhook(rawBody, headers, now),
  };
  return gateway;
};
