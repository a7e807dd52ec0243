/** A test server with the part of Stripe's HTTP API that the gateway uses, and its own ledger. */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AnswerFault } from './stripe.faults.ts';
import { createStripePages, type StripePage } from './stripe.checkout.ts';
import { createStripeDashboard, type StripeDashboard } from './stripe.dashboard.ts';
import type { SignedEvent, StripeDispute, StripeIntent, StripeRefund } from './stripe.objects.ts';

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
  sign(event: { type: string; object: unknown; livemode?: boolean; account?: string }, at?: Date): SignedEvent;
  close(): Promise<void>;
}

const readForm = async (req: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};
const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(
      ([key, value]) =>
        /^metadata\[(\w+)\]$/
          .exec(key)
          ?.slice(1, 2)
          .map((name) => [name, value] as const) ?? [],
    ),
  );

const statuses: Readonly<Record<string, StripeIntent['status']>> = {
  pm_card_visa: 'succeeded',
  pm_processing: 'processing',
  pm_card_threeDSecure2Required: 'requires_action',
};

/**
 * Starts the fake on a free port. `pm_card_visa` succeeds, `pm_card_chargeDeclined` is declined, `pm_processing` stays open,
 * `pm_card_threeDSecure2Required` waits for the buyer.
 */
export const startFakeStripe = async (webhookSecret: string): Promise<FakeStripe> => {
  const intents = new Map<string, StripeIntent>();
  const refunds = new Map<string, number>();
  const answers = new Map<string, { request: string; status: number; body: unknown }>();
  let fault: AnswerFault | null = null;
  const send = (res: ServerResponse, status: number, body: unknown): void => {
    const sent = fault && status === 200 ? fault({ status, body }) : { status, text: JSON.stringify(body) };
    res.writeHead(sent.status, { 'content-type': 'application/json' }).end(sent.text);
  };
  const refundList: StripeRefund[] = [];
  const disputes: StripeDispute[] = [];
  let lose = 0;
  let pendingRefunds = false;
  let eventsHidden = false;
  /** Oldest first. */
  const events: { id: string; type: string; created: number }[] = [];

  const create = (form: URLSearchParams): { status: number; body: unknown } => {
    const token = form.get('payment_method');
    const amount = Number(form.get('amount'));
    const status = statuses[token ?? ''] ?? 'requires_payment_method';
    const error = { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' };
    const id = `pi_${randomUUID().replaceAll('-', '')}`;
    const page = { url: `https://hooks.stripe.test/redirect/${id}`, return_url: form.get('return_url') };
    const intent: StripeIntent = {
      id,
      client_secret: `${id}_secret_${randomUUID()}`,
      next_action: status === 'requires_action' ? { type: 'redirect_to_url', redirect_to_url: page } : null,
      object: 'payment_intent',
      amount,
      amount_received: status === 'succeeded' ? amount : 0,
      currency: form.get('currency') ?? '',
      status,
      metadata: metadataOf(form),
      last_payment_error: status === 'requires_payment_method' ? error : null,
    };
    intents.set(intent.id, intent);
    return intent.last_payment_error
      ? { status: 402, body: { error: { type: 'card_error', ...error, payment_intent: intent } } }
      : { status: 200, body: intent };
  };

  const checkout = createStripePages(
    (form) => {
      create(form);
      return [...intents.keys()].at(-1) ?? '';
    },
    (id) => intents.get(id),
  );

  const refund = (form: URLSearchParams): { status: number; body: unknown } => {
    const id = form.get('payment_intent') ?? '';
    const amount = Number(form.get('amount'));
    const given = refunds.get(id) ?? 0;
    if (given + amount > (intents.get(id)?.amount_received ?? 0))
      return { status: 400, body: { error: { type: 'invalid_request_error', message: 'Refund amount is greater than the charge' } } };
    refunds.set(id, given + amount);
    const made: StripeRefund = {
      id: `re_${randomUUID().replaceAll('-', '')}`,
      object: 'refund',
      amount,
      currency: intents.get(id)?.currency ?? '',
      status: pendingRefunds ? 'pending' : 'succeeded',
      created: Math.floor(Date.now() / 1000),
      payment_intent: id,
      reason: null,
      failure_reason: null,
      metadata: metadataOf(form),
    };
    refundList.push(made);
    return { status: 200, body: { ...made } };
  };

  const sign: FakeStripe['sign'] = ({ type, object, livemode = false, account }, at = new Date()) => {
    const created = Math.floor(at.getTime() / 1000);
    const id = `evt_${randomUUID()}`;
    const text = JSON.stringify({ id, object: 'event', type, created, livemode, ...(account && { account }), data: { object } });
    events.push(JSON.parse(text) as (typeof events)[number]);
    const body = Buffer.from(text);
    const v1 = createHmac('sha256', webhookSecret).update(`${created}.`).update(body).digest('hex');
    return { body, signature: `t=${created},v1=${v1}` };
  };

  /** A page of objects, newest first, as Stripe lists them. */
  const pageOf = <T extends { id: string; created: number }>(url: string, objects: readonly T[], query: URLSearchParams) => {
    const after = query.get('starting_after');
    const all = objects.filter((one) => one.created >= Number(query.get('created[gte]') ?? 0)).toReversed();
    const rest = after ? all.slice(all.findIndex((one) => one.id === after) + 1) : all;
    const limit = Number(query.get('limit') ?? 10);
    return { object: 'list', url, data: rest.slice(0, limit), has_more: rest.length > limit };
  };
  const listed = (query: URLSearchParams) => {
    const types = [...query].flatMap(([key, value]) => (key.startsWith('types') ? [value] : []));
    return pageOf(
      '/v1/events',
      events.filter((e) => types.length === 0 || types.includes(e.type)),
      query,
    );
  };
  const ofIntent = <T extends { payment_intent: string }>(objects: readonly T[], query: URLSearchParams): T[] => {
    const intent = query.get('payment_intent');
    return objects.filter((one) => intent === null || one.payment_intent === intent);
  };

  const creating = new Map([
    ['/v1/payment_intents', create],
    ['/v1/refunds', refund],
    ['/v1/checkout/sessions', checkout.open],
  ]);
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://stripe.test');
    const form = await readForm(req);
    const [, , , id = '', action = ''] = pathname.split('/');
    const make = creating.get(pathname);
    if (req.method === 'POST' && make) {
      const key = String(req.headers['idempotency-key']);
      const request = `${pathname}?${String(form)}`;
      const before = answers.get(key);
      if (before && before.request !== request)
        return send(res, 400, {
          error: { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters.' },
        });
      const answer = before ?? { request, ...make(form) };
      // Validation errors are not stored with the key.
      if (answer.status !== 400) answers.set(key, answer);
      if (lose > 0) {
        lose -= 1;
        req.socket.destroy();
        return;
      }
      return send(res, answer.status, answer.body);
    }
    if (req.method === 'GET' && pathname === '/v1/refunds')
      return send(res, 200, pageOf(pathname, ofIntent(refundList, searchParams), searchParams));
    if (req.method === 'GET' && pathname === '/v1/disputes')
      return send(res, 200, pageOf(pathname, ofIntent(disputes, searchParams), searchParams));
    if (pathname.startsWith('/v1/checkout/sessions/')) {
      const [pageId = '', step = ''] = pathname.split('/').slice(4);
      const { status, body } = checkout.answer(pageId, step, searchParams.get('expand[0]') === 'payment_intent');
      return send(res, status, body);
    }
    if (pathname === '/v1/payment_intents/search') {
      const paymentId = /metadata\['payment_id'\]:'([^']+)'/.exec(searchParams.get('query') ?? '')?.[1];
      return send(res, 200, {
        object: 'search_result',
        data: [...intents.values()].filter((i) => i.metadata['payment_id'] === paymentId),
        has_more: false,
      });
    }
    if (pathname === '/v1/events')
      return eventsHidden ? send(res, 500, { error: { type: 'api_error', message: 'Try again.' } }) : send(res, 200, listed(searchParams));
    const intent = intents.get(id);
    if (!intent) return send(res, 404, { error: { type: 'invalid_request_error', message: `No such payment_intent: '${id}'` } });
    if (action === 'cancel' && intent.status === 'succeeded')
      return send(res, 400, {
        error: { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message: 'It has succeeded.' },
      });
    if (action === 'cancel') intent.status = 'canceled';
    return send(res, 200, intent);
  };

  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => send(res, 500, { error: { message: String(error) } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    intents,
    pages: checkout.pages,
    payPage: checkout.pay,
    refunds,
    chargeCount: () => intents.size,
    decide: (intentId, outcome) => {
      const intent = intents.get(intentId);
      if (!intent) throw new Error(`There is no intent ${intentId}`);
      intent.status = outcome;
      intent.next_action = null;
      if (outcome === 'succeeded') intent.amount_received = intent.amount;
      else
        intent.last_payment_error = {
          code: 'payment_intent_authentication_failure',
          decline_code: 'authentication_required',
          message: 'The buyer could not be authenticated.',
        };
    },
    loseAnswers: (count) => void (lose = count),
    distort: (changed) => void (fault = changed),
    refundList,
    disputes,
    dashboard: createStripeDashboard({ intents, refunds, refundList, disputes, sign }),
    hideEvents: (on) => void (eventsHidden = on),
    delayRefunds: (on) => void (pendingRefunds = on),
    event: (type, intentId, at) => sign({ type, object: intents.get(intentId) }, at),
    sign,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
