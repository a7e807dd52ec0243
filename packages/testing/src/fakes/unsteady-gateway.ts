/** The sandbox provider behind a line that can fail: what is sent arrives, what comes back may not. */
import { GatewayUnavailable, randomIds, type Core, type PaymentGateway } from '@cartwright/core/kernel';
import { createSandboxGateway, sandboxWebhookSecret } from '@cartwright/core/payments';
import type { PaymentProvider } from '@cartwright/contracts';

export interface HangingLine {
  /** Settles once somebody has asked. */
  readonly asked: Promise<void>;
  letThrough(): void;
}
export interface UnsteadyGateway extends PaymentGateway {
  /** Gives it its books. Before that it must not be called. */
  connect(core: Core): void;
  /** While silent it acts on charges and refunds but answers nothing, and hears no question. */
  silent: boolean;
  /** From here on questions hang until they are let through. */
  hang(): HangingLine;
}

/** A provider for `createTestShop`'s overrides; `connect` it to the shop that it was given to. */
export const createUnsteadyGateway = (provider: PaymentProvider = 'sandbox'): UnsteadyGateway => {
  let books: PaymentGateway | null = null;
  const open = (): PaymentGateway => {
    if (!books) throw new Error('connect this gateway to its shop first');
    return books;
  };
  let line: { gate: Promise<void>; onAsked: () => void } | null = null;
  const hearing = async (): Promise<PaymentGateway> => {
    line?.onAsked();
    await line?.gate;
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
    hang: () => {
      const gate = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      line = { gate: gate.promise, onAsked: asked.resolve };
      return {
        asked: asked.promise,
        letThrough: () => {
          line = null;
          gate.resolve();
        },
      };
    },
    connect: ({ db, sealer, config: { publicUrl } }) => {
      books = createSandboxGateway({ db, ids: randomIds, webhookSecret: sandboxWebhookSecret(sealer), publicUrl });
    },
    charge: (request) => losing(open().charge(request)),
    chargesAgain: (token) => open().chargesAgain(token),
    openPage: (request) => losing(open().openPage(request)),
    refund: (request) => losing(open().refund(request)),
    findCharge: async (lookup) => (await hearing()).findCharge(lookup),
    findRefund: async (lookup) => (await hearing()).findRefund(lookup),
    cancelCharge: async (lookup) => (await hearing()).cancelCharge(lookup),
    listRefunds: async (query) => (await hearing()).listRefunds(query),
    listDisputes: async (query) => (await hearing()).listDisputes(query),
    listEvents: async (list) => (await hearing()).listEvents(list),
    parseWebhook: (rawBody, headers, now) => open().parseWebhook(rawBody, headers, now),
  };
  return gateway;
};
