/** The sandbox provider behind a connection that can fail: requests arrive, responses may be lost. */
import { GatewayUnavailable, transact, type Core, type PaymentGateway } from '@cartwright/core/kernel';
import { createSandboxGateway, sandboxWebhookSecret } from '@cartwright/core/payments';
import type { PaymentProvider } from '@cartwright/contracts';

/** A query that a test holds back. */
export interface HangingQuery {
  /** Resolves once a query has arrived. */
  readonly asked: Promise<void>;
  letThrough(): void;
}
/** The gateway, and how its connection fails. */
export interface UnsteadyGateway extends PaymentGateway {
  /** Connects the gateway to the records of its shop. Call it before any other method. */
  connect(core: Core): void;
  /** While silent it carries out charges and refunds but returns no response, and answers no query. */
  silent: boolean;
  /** From here on, queries hang until `letThrough` is called. */
  hang(): HangingQuery;
}

/** A provider for the overrides of `createTestShop`; call `connect` with that shop's core. */
export const createUnsteadyGateway = (provider: PaymentProvider = 'sandbox'): UnsteadyGateway => {
  let sandbox: PaymentGateway | null = null;
  const open = (): PaymentGateway => {
    if (!sandbox) throw new Error('connect this gateway to its shop first');
    return sandbox;
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
    connect: (core) => {
      sandbox = createSandboxGateway({
        db: core.db,
        write: (statement) => transact(core, { oneStatement: true }, statement),
        ids: core.ids,
        webhookSecret: sandboxWebhookSecret(core.sealer),
        publicUrl: core.config.publicUrl,
      });
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
