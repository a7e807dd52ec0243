/** Simulates buyers over HTTP. Records the outcome of each, like a Jepsen history: done, refused, or unknown. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from './random.ts';

/**
 * How a buyer pays: with success, a decline, later, with a lost response of the provider, or with a confirmation on the provider's page.
 */
export type PaymentMode = 'success' | 'decline' | 'later' | 'lostResponse' | 'confirmation';
/** The share of buyers of each mode; the rest pays with success. */
export type PaymentMix = Partial<Readonly<Record<Exclude<PaymentMode, 'success'>, number>>>;
/** The default: most buyers pay at once, some cards are declined, many buyers pay later. */
export const defaultMix: PaymentMix = { later: 0.4, decline: 0.1 };

export interface Buyer {
  readonly key: string;
  readonly email: string;
  readonly arrivesAfterMs: number;
  readonly pays: PaymentMode;
  readonly clicksTwice: boolean;
  readonly repeatsLater: boolean;
}

/** The final outcome for a buyer. `declined` orders exist, unpaid. */
export type Outcome =
  | { readonly kind: 'bought' | 'declined'; readonly orderId: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly last: string };

export interface CrowdReport {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Milliseconds from the first click to the final response, sorted. */
  readonly waits: readonly number[];
  /** The times of each buyer's first request and final response, in milliseconds since 1970. */
  readonly visits: ReadonlyMap<string, { readonly from: number; readonly until: number }>;
  /** Number of responses by status, including repeats; `0` is a broken connection. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Buyers who got two different outcomes for one key. */
  readonly contradictions: readonly string[];
}

export interface CrowdOptions {
  readonly urls: () => readonly string[];
  readonly itemId: string;
  readonly buyers: number;
  readonly seed: number;
  /** The period in which the buyers arrive. */
  readonly burstMs: number;
  /** How long a buyer repeats the request until a final response, counted from the end of the fault. */
  readonly timeoutMs: number;
  /** Whether the fault still lasts: how long a database replays its log depends on the disk, not on the shop. */
  readonly faultLasts?: () => boolean;
  readonly paymentMix: PaymentMix;
  /** Buyers who get OUT_OF_STOCK repeat the request as long as this returns true. */
  readonly mayBeReleased?: () => boolean;
}

const retryDelay = { firstMs: 50, mostMs: 1_000 };

/** Generates the buyers of a seed. */
export const drawBuyers = ({ buyers, seed, burstMs, paymentMix }: CrowdOptions): Buyer[] => {
  const random = createRandom(seed);
  return Array.from({ length: buyers }, (_, n) => {
    const pays = drawMode(paymentMix, random.next());
    return {
      key: `prove-${seed}-${String(n).padStart(10, '0')}`,
      email: `buyer-${seed}-${n}@example.com`,
      arrivesAfterMs: Math.floor(random.next() * burstMs),
      pays,
      clicksTwice: random.chance(0.1),
      repeatsLater: random.chance(0.1),
    };
  });
};

const drawMode = ({ later = 0, decline = 0, lostResponse = 0, confirmation = 0 }: PaymentMix, drawn: number): PaymentMode => {
  const ends: readonly (readonly [PaymentMode, number])[] = [
    ['later', later],
    ['decline', later + decline],
    ['lostResponse', later + decline + lostResponse],
    ['confirmation', later + decline + lostResponse + confirmation],
  ];
  return ends.find(([, end]) => drawn < end)?.[0] ?? 'success';
};

interface Answer {
  readonly status: number;
  readonly body: { readonly orderId?: string; readonly code?: string; readonly details?: { readonly orderId?: string } };
}

/** Runs all buyers and waits until each has a final response or its timeout. */
export const sendCrowd = async (options: CrowdOptions, onOutcome: () => void = () => undefined): Promise<CrowdReport> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const outcomes = new Map<string, Outcome>();
  const waits: number[] = [];
  const visits = new Map<string, { from: number; until: number }>();
  const statuses: Record<string, number> = {};
  const contradictions: string[] = [];
  const random = createRandom(options.seed + 1);

  const send = (buyer: Buyer): Promise<Answer> => {
    const urls = options.urls();
    const url = urls[Math.floor(random.next() * urls.length)] ?? urls[0] ?? '';
    return post(agent, `${url}/api/v1/flash-sales/items/${options.itemId}/buy`, buyer.key, bodyOf(buyer)).then((answer) => {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      return answer;
    });
  };
  const settle = async (buyer: Buyer): Promise<Outcome> => {
    let until = performance.now() + options.timeoutMs;
    let wait = retryDelay.firstMs;
    for (;;) {
      const answer = await send(buyer);
      if (options.faultLasts?.()) until = performance.now() + options.timeoutMs;
      const outcome = finalOutcomeOf(answer);
      const triesAgain = outcome?.kind === 'refused' && outcome.code === 'OUT_OF_STOCK' && options.mayBeReleased?.() === true;
      if (outcome && !triesAgain) return outcome;
      if (performance.now() > until) return { kind: 'unknown', last: `${answer.status} ${answer.body.code ?? ''}` };
      await pause(wait * (0.5 + random.next()));
      wait = Math.min(retryDelay.mostMs, wait * 2);
    }
  };
  const shop = async (buyer: Buyer): Promise<void> => {
    await pause(buyer.arrivesAfterMs);
    const since = performance.now();
    const from = Date.now();
    const tries = await Promise.all(buyer.clicksTwice ? [settle(buyer), settle(buyer)] : [settle(buyer)]);
    waits.push(performance.now() - since);
    visits.set(buyer.key, { from, until: Date.now() });
    if (buyer.repeatsLater) tries.push(await settle(buyer));
    const [first] = tries;
    if (!first) throw new Error('A buyer got no response');
    if (tries.some((answer) => !agree(first, answer)))
      contradictions.push(`${buyer.key}: ${tries.map((t) => JSON.stringify(t)).join(' / ')}`);
    outcomes.set(buyer.key, tries.find((answer) => answer.kind !== 'refused') ?? first);
    onOutcome();
  };
  await Promise.all(drawBuyers(options).map(shop));
  agent.destroy();
  return { outcomes, waits: waits.toSorted((a, b) => a - b), visits, statuses, contradictions };
};

/** Whether two outcomes for one key are compatible. */
const agree = (a: Outcome, b: Outcome): boolean => {
  if (a.kind === 'refused' || b.kind === 'refused') return a.kind === b.kind;
  if (a.kind === 'unknown' || b.kind === 'unknown') return true;
  return a.orderId === b.orderId;
};

const finalOutcomeOf = ({ status, body }: Answer): Outcome | null => {
  if (status === 201 && body.orderId) return { kind: 'bought', orderId: body.orderId };
  if (body.code === 'PAYMENT_DECLINED' && body.details?.orderId) return { kind: 'declined', orderId: body.details.orderId };
  if (status >= 400 && status < 500 && status !== 429 && body.code && body.code !== 'IDEMPOTENCY_IN_PROGRESS')
    return { kind: 'refused', code: body.code };
  return null;
};

const tokens = { success: 'tok_success', decline: 'tok_decline', lostResponse: 'tok_timeout', confirmation: 'tok_3ds' } as const;
const bodyOf = (buyer: Buyer): string =>
  JSON.stringify({
    email: buyer.email,
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Byron',
      line1: '12 St James Square',
      city: 'London',
      postalCode: 'SW1Y 4JH',
      countryCode: 'GB',
    },
    ...(buyer.pays !== 'later' && { payment: { token: tokens[buyer.pays] } }),
  });

/** Never rejects: a broken connection returns status 0. */
const post = (agent: Agent, url: string, key: string, body: string): Promise<Answer> =>
  new Promise((resolve) => {
    const broken = (): void => resolve({ status: 0, body: {} });
    const call = request(
      url,
      {
        agent,
        method: 'POST',
        timeout: 30_000,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'idempotency-key': key },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', broken);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {} }),
        );
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', broken);
    call.end(body);
  });
