/** Live feeds of a sale: its metrics for staff, and a buyer's own place. Each yields at once, and then after every change. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlashSaleMetrics, FlashSaleId, WaitingPlace } from '@cartwright/contracts';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { getFlashSaleMetrics } from './flash-sale.queries.ts';
import { getWaitingPlace } from './waiting-room.queries.ts';

const everyMs = 1_000;
/** Long enough that a feed for 10,000 waiting buyers is cheap, short enough that nobody misses an admission. */
const placeEveryMs = 2_000;

/** Yields `[id, value]` whenever the id changes, a hash of the relevant parts of the value. */
async function* changes<T>(
  read: () => Promise<T>,
  matters: (value: T) => unknown,
  ms: number,
  signal: AbortSignal,
  lastId: string | null | undefined,
): AsyncGenerator<[id: string, value: T]> {
  let seen = lastId ?? '';
  while (!signal.aborted) {
    const value = await read();
    const id = createHash('sha256')
      .update(JSON.stringify(matters(value)))
      .digest('base64url')
      .slice(0, 16);
    if (id !== seen) yield [id, value];
    seen = id;
    await pause(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

interface Watch {
  readonly saleId: FlashSaleId;
  readonly lastEventId?: string | null | undefined;
}

/** The metrics of a sale, read once a second. */
export const watchFlashSale = (core: Core, actor: Actor, input: Watch, signal: AbortSignal): AsyncGenerator<[string, FlashSaleMetrics]> => {
  requireScope(actor, 'flash-sales:manage');
  return changes(
    () => getFlashSaleMetrics(core, actor, input),
    ({ at: _, ...metrics }) => metrics,
    everyMs,
    signal,
    input.lastEventId,
  );
};

/** A place in the waiting room; ends when the place is used or missed, or the sale is sold out. */
export async function* followPlace(
  core: Core,
  actor: Actor,
  input: Watch & { readonly ticket: string },
  signal: AbortSignal,
): AsyncGenerator<[string, WaitingPlace]> {
  for await (const [id, place] of changes(
    () => getWaitingPlace(core, actor, input),
    (p) => p,
    placeEveryMs,
    signal,
    input.lastEventId,
  )) {
    yield [id, place];
    if (place.state !== 'waiting' && place.state !== 'admitted') return;
  }
}
