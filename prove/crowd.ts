/** Buyers over HTTP. What each was told is kept as Jepsen keeps histories: done, refused, or unknown. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from './random.ts';

/** How buyers pay. `later`: another time; `slowly`: the provider's answer is lost; `byPage`: after the buyer's word on the provider's own page. */
export type Way = 'well' | 'badly' | 'later' | 'slowly' | 'byPage';
/** The share of buyers that pays each way; what is left of 1 pays well. */
export type Ways = Partial<Readonly<Record<Exclude<Way, 'well'>, number>>>;
/** When nothing else is said: most pay at once, some cards are bad, many buyers take their time. */
export const usualWays: Ways = { later: 0.4, badly: 0.1 };

export interface Buyer {
  readonly key: string;
  readonly email: string;
  readonly comesAfterMs: number;
  readonly pays: Way;
  readonly clicksTwice: boolean;
  readonly asksAgain: boolean;
}

/** What a buyer knows at the end. `declined` orders exist, unpaid. */
export type Told =
  | { readonly kind: 'bought' | 'declined'; readonly orderId: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly last: string };

export interface CrowdReport {
  readonly told: ReadonlyMap<string, Told>;
  /** Milliseconds from the first click to the clear answer, sorted. */
  readonly waits: readonly number[];
  /** When each buyer came and when he was told, in milliseconds since 1970. */
  readonly visits: ReadonlyMap<string, { readonly from: number; readonly until: number }>;
  /** Answers by status, every try counted; `0` is a broken connection. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Buyers who were told two different things for one key. */
  readonly contradictions: readonly string[];
}

export interface CrowdOptions {
  readonly urls: () => readonly string[];
  readonly itemId: string;
  readonly buyers: number;
  readonly seed: number;
  /** Over how long they come. */
  readonly burstMs: number;
  /** How long a buyer keeps trying to get a clear answer, counted from the end of the fault. */
  readonly patienceMs: number;
  /** Whether the fault still lasts: how long a database replays its log depends on the disk, not on the shop. */
  readonly faultLasts?: () => boolean;
  readonly ways: Ways;
  /** Whoever finds everything taken comes again for as long as this says that units may come back. */
  readonly mayComeBack?: () => boolean;
}

const patience = { firstMs: 50, mostMs: 1_000 };

/** Draws the buyers of a seed. */
export const drawBuyers = ({ buyers, seed, burstMs, ways }: CrowdOptions): Buyer[] => {
  const random = createRandom(seed);
  return Array.from({ length: buyers }, (_, n) => {
    const pays = drawWay(ways, random.next());
    return {
      key: `prove-${seed}-${String(n).padStart(10, '0')}`,
      email: `buyer-${seed}-${n}@example.com`,
      comesAfterMs: Math.floor(random.next() * burstMs),
      pays,
      clicksTwice: random.chance(0.1),
      asksAgain: random.chance(0.1),
    };
  });
};

const drawWay = ({ later = 0, badly = 0, slowly = 0, byPage = 0 }: Ways, mood: number): Way => {
  const ends: readonly (readonly [Way, number])[] = [
    ['later', later],
    ['badly', later + badly],
    ['slowly', later + badly + slowly],
    ['byPage', later + badly + slowly + byPage],
  ];
  return ends.find(([, end]) => mood < end)?.[0] ?? 'well';
};

interface Answer {
  readonly status: number;
  readonly body: { readonly orderId?: string; readonly code?: string; readonly details?: { readonly orderId?: string } };
}

/** Sends the whole crowd and waits until everybody has a clear answer or lost patience. */
export const sendCrowd = async (options: CrowdOptions, onTold: () => void = () => undefined): Promise<CrowdReport> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const told = new Map<string, Told>();
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
  const settle = async (buyer: Buyer): Promise<Told> => {
    let until = performance.now() + options.patienceMs;
    let wait = patience.firstMs;
    for (;;) {
      const answer = await send(buyer);
      if (options.faultLasts?.()) until = performance.now() + options.patienceMs;
      const clear = clearOf(answer);
      const comesAgain = clear?.kind === 'refused' && clear.code === 'OUT_OF_STOCK' && options.mayComeBack?.() === true;
      if (clear && !comesAgain) return clear;
      if (performance.now() > until) return { kind: 'unknown', last: `${answer.status} ${answer.body.code ?? ''}` };
      await pause(wait * (0.5 + random.next()));
      wait = Math.min(patience.mostMs, wait * 2);
    }
  };
  const shop = async (buyer: Buyer): Promise<void> => {
    await pause(buyer.comesAfterMs);
    const since = performance.now();
    const from = Date.now();
    const tries = await Promise.all(buyer.clicksTwice ? [settle(buyer), settle(buyer)] : [settle(buyer)]);
    waits.push(performance.now() - since);
    visits.set(buyer.key, { from, until: Date.now() });
    if (buyer.asksAgain) tries.push(await settle(buyer));
    const [first] = tries;
    if (!first) throw new Error('A buyer got no answer at all');
    if (tries.some((answer) => !agree(first, answer)))
      contradictions.push(`${buyer.key}: ${tries.map((t) => JSON.stringify(t)).join(' / ')}`);
    told.set(buyer.key, tries.find((answer) => answer.kind !== 'refused') ?? first);
    onTold();
  };
  await Promise.all(drawBuyers(options).map(shop));
  agent.destroy();
  return { told, waits: waits.toSorted((a, b) => a - b), visits, statuses, contradictions };
};

/** Two answers for one key fit together. A refusal is no promise: units may have come back in between. */
const agree = (a: Told, b: Told): boolean => {
  if (a.kind === 'refused' || b.kind === 'refused') return a.kind === b.kind;
  if (a.kind === 'unknown' || b.kind === 'unknown') return true;
  return a.orderId === b.orderId;
};

const clearOf = ({ status, body }: Answer): Told | null => {
  if (status === 201 && body.orderId) return { kind: 'bought', orderId: body.orderId };
  if (body.code === 'PAYMENT_DECLINED' && body.details?.orderId) return { kind: 'declined', orderId: body.details.orderId };
  if (status >= 400 && status < 500 && status !== 429 && body.code && body.code !== 'IDEMPOTENCY_IN_PROGRESS')
    return { kind: 'refused', code: body.code };
  return null;
};

const tokens = { well: 'tok_success', badly: 'tok_decline', slowly: 'tok_timeout', byPage: 'tok_3ds' } as const;
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

/** Never rejects: a connection that breaks is an answer too, of status 0. */
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
