/** A test server with the part of Stripe's HTTP API that the gateway uses, and its own ledger. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AnswerFault } from './stripe.faults.ts';
import { createStripePages, type StripePage } from './stripe.checkout.ts';
import { createStripeDashboard, type StripeDashboard } from './stripe.dashboard.ts';
import { createStripeEvents, type NewEvent, type StripeEvents } from './stripe.events.ts';
import { createStripeIntents, type StripeIntents } from './stripe.intents.ts';
import type { SignedEvent, StripeDispute, StripeIntent, StripeRefund } from './stripe.objects.ts';
import { pageOf, readForm, type Answer } from './stripe.protocol.ts';
import { createStripeRefunds, type StripeRefunds } from './stripe.refunds.ts';

/** A running fake. */
export interface FakeStripe {
  readonly url: string;
  readonly intents: Map<string, StripeIntent>;
  /** Checkout's pages, by id. */
  readonly pages: Map<string, StripePage>;
  /** Pays an open page as the buyer; returns the id of the created intent. */
  payPage(pageId: string, changed?: { amount?: number; currency?: string }): string;
  /** The refunded amount of each intent. */
  readonly refunds: Map<string, number>;
  /** Every refund, oldest first. */
  readonly refundList: StripeRefund[];
  /** Every dispute, oldest first. */
  readonly disputes: StripeDispute[];
  /** Actions of people and banks that the shop did not request. */
  readonly dashboard: StripeDashboard;
  /** With `true`, new refunds stay pending; with `false`, they succeed at once. */
  delayRefunds(on: boolean): void;
  /** The number of charges, without repeats with the same key. */
  chargeCount(): number;
  /** Decides a charge that waits for the buyer or that the bank is processing. */
  decide(intentId: string, outcome: 'succeeded' | 'requires_payment_method'): void;
  /** Makes the next creating calls take effect and then close the connection. The SDK repeats such a call once, with the same key. */
  loseAnswers(count: number): void;
  /** Changes all further successful responses, or none with null. The requests take effect all the same. */
  distort(fault: AnswerFault | null): void;
  /** An event as Stripe would post it, with its signature header. */
  event(type: string, intentId: string, at?: Date): SignedEvent;
  /** With `true`, listing events fails. */
  hideEvents(on: boolean): void;
  /** An event with any object and mode, signed as Stripe signs. */
  sign(event: NewEvent, at?: Date): SignedEvent;
  close(): Promise<void>;
}

/** The objects of the fake, by kind. */
interface Ledger {
  readonly charges: StripeIntents;
  readonly refunds: StripeRefunds;
  readonly checkout: ReturnType<typeof createStripePages>;
  readonly disputes: StripeDispute[];
  readonly events: StripeEvents;
}

const createLedger = (webhookSecret: string): Ledger => {
  const charges = createStripeIntents();
  const { intents } = charges;
  const takePayment = (form: URLSearchParams): string => {
    charges.create(form);
    return [...intents.keys()].at(-1) ?? '';
  };
  return {
    charges,
    refunds: createStripeRefunds(intents),
    checkout: createStripePages(takePayment, (id) => intents.get(id)),
    disputes: [],
    events: createStripeEvents(webhookSecret),
  };
};

/** The answer to a request that creates an object; null for any other request. A repeat with the same key gets the same answer. */
const createMaker = ({ charges, refunds, checkout }: Ledger): ((path: string, key: string, form: URLSearchParams) => Answer | null) => {
  const makers = new Map([
    ['/v1/payment_intents', charges.create],
    ['/v1/refunds', refunds.create],
    ['/v1/checkout/sessions', checkout.open],
  ]);
  const answers = new Map<string, Answer & { readonly request: string }>();
  return (path, key, form) => {
    const make = makers.get(path);
    if (!make) return null;
    const request = `${path}?${String(form)}`;
    const before = answers.get(key);
    if (before && before.request !== request) {
      const message = 'Keys for idempotent requests can only be used with the same parameters.';
      return { status: 400, body: { error: { type: 'idempotency_error', message } } };
    }
    const answer = before ?? { request, ...make(form) };
    // Validation errors are not stored with the key.
    if (answer.status !== 400) answers.set(key, answer);
    return answer;
  };
};

const ofIntent = <T extends { payment_intent: string }>(objects: readonly T[], query: URLSearchParams): T[] => {
  const intent = query.get('payment_intent');
  return objects.filter((one) => intent === null || one.payment_intent === intent);
};

/** The answer to a request that creates nothing. */
const lookUp = ({ charges, refunds, checkout, disputes, events }: Ledger, method: string, { pathname, searchParams }: URL): Answer => {
  if (method === 'GET' && pathname === '/v1/refunds') return pageOf(pathname, ofIntent(refunds.refundList, searchParams), searchParams);
  if (method === 'GET' && pathname === '/v1/disputes') return pageOf(pathname, ofIntent(disputes, searchParams), searchParams);
  if (pathname.startsWith('/v1/checkout/sessions/')) {
    const [pageId = '', step = ''] = pathname.split('/').slice(4);
    return checkout.answer(pageId, step, searchParams.get('expand[0]') === 'payment_intent');
  }
  if (pathname === '/v1/payment_intents/search') return charges.search(searchParams.get('query') ?? '');
  if (pathname === '/v1/events') return events.list(searchParams);
  const [id = '', action = ''] = pathname.split('/').slice(3);
  return charges.answer(id, action);
};

/** What tests change about the answers of the server. */
interface Disturbance {
  /** How many of the next creating calls lose their answer. */
  lost: number;
  fault: AnswerFault | null;
}

const serve = async (ledger: Ledger, disturbance: Disturbance): Promise<Server> => {
  const make = createMaker(ledger);
  const send = (res: ServerResponse, { status, body }: Answer): void => {
    const { fault } = disturbance;
    const sent = fault && status === 200 ? fault({ status, body }) : { status, text: JSON.stringify(body) };
    res.writeHead(sent.status, { 'content-type': 'application/json' }).end(sent.text);
  };
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', 'http://stripe.test');
    const form = await readForm(req);
    const made = req.method === 'POST' ? make(url.pathname, String(req.headers['idempotency-key']), form) : null;
    if (!made) return send(res, lookUp(ledger, req.method ?? '', url));
    if (disturbance.lost > 0) {
      disturbance.lost -= 1;
      req.socket.destroy();
      return;
    }
    send(res, made);
  };
  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => send(res, { status: 500, body: { error: { message: String(error) } } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/**
 * Starts the fake on a free port. `pm_card_visa` succeeds, `pm_card_chargeDeclined` is declined, `pm_processing` stays open,
 * `pm_card_threeDSecure2Required` waits for the buyer.
 */
export const startFakeStripe = async (webhookSecret: string): Promise<FakeStripe> => {
  const ledger = createLedger(webhookSecret);
  const { charges, checkout, disputes, events } = ledger;
  const { intents } = charges;
  const { refunds, refundList, delay } = ledger.refunds;
  const disturbance: Disturbance = { lost: 0, fault: null };
  const server = await serve(ledger, disturbance);
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    intents,
    pages: checkout.pages,
    payPage: checkout.pay,
    refunds,
    refundList,
    disputes,
    dashboard: createStripeDashboard({ intents, refunds, refundList, disputes, sign: events.sign }),
    chargeCount: () => intents.size,
    decide: charges.decide,
    loseAnswers: (count) => void (disturbance.lost = count),
    distort: (fault) => void (disturbance.fault = fault),
    hideEvents: events.hide,
    delayRefunds: delay,
    event: (type, intentId, at) => events.sign({ type, object: intents.get(intentId) }, at),
    sign: events.sign,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
