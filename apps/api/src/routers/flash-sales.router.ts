/** Flash sales and their waiting room. */
import { contract, headers, type FlashSaleMetrics, type WaitingPlace } from '@cartwright/contracts';
import {
  adjustSaleUnits,
  buyFromSale,
  createFlashSale,
  endFlashSale,
  followPlace,
  getFlashSale,
  getFlashSaleMetrics,
  getWaitingPlace,
  joinWaitingRoom,
  listFlashSales,
  pauseFlashSale,
  resumeFlashSale,
  updateFlashSale,
  watchFlashSale,
} from '@cartwright/core/flash-sales';
import { tracked, type TrackedEnvelope, type TRPCRouterRecord } from '@trpc/server';
import { feed, shop } from '../trpc/procedure.ts';

type Feed<T> = AsyncGenerator<TrackedEnvelope<T>, void, unknown>;
const endless = new AbortController().signal;

/** The procedures of flash sales and their waiting rooms. */
export const flashSalesRouter = {
  list: shop(contract.flashSales.list).query(({ ctx, input }) => listFlashSales(ctx.core, ctx.actor, input)),
  get: shop(contract.flashSales.get).query(({ ctx, input }) => getFlashSale(ctx.core, ctx.actor, input)),
  create: shop(contract.flashSales.create).mutation(({ ctx, input }) => createFlashSale(ctx.core, ctx.actor, input)),
  update: shop(contract.flashSales.update).mutation(({ ctx, input }) => updateFlashSale(ctx.core, ctx.actor, input)),
  adjustUnits: shop(contract.flashSales.adjustUnits).mutation(({ ctx, input }) => adjustSaleUnits(ctx.core, ctx.actor, input)),
  pause: shop(contract.flashSales.pause).mutation(({ ctx, input }) => pauseFlashSale(ctx.core, ctx.actor, input)),
  resume: shop(contract.flashSales.resume).mutation(({ ctx, input }) => resumeFlashSale(ctx.core, ctx.actor, input)),
  end: shop(contract.flashSales.end).mutation(({ ctx, input }) => endFlashSale(ctx.core, ctx.actor, input)),
  buy: shop(contract.flashSales.buy).mutation(async ({ ctx, input }) => {
    const { purchase, replayed } = await buyFromSale(ctx.core, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey ?? '', ip: ctx.ip });
    if (replayed) ctx.setHeader(headers.idempotencyReplayed, 'true');
    return purchase;
  }),
  metrics: shop(contract.flashSales.metrics).query(({ ctx, input }) => getFlashSaleMetrics(ctx.core, ctx.actor, input)),
  watch: feed(contract.flashSales.watch).subscription(async function* ({ ctx, input, signal }): Feed<FlashSaleMetrics> {
    for await (const [id, metrics] of watchFlashSale(ctx.core, ctx.actor, input, signal ?? endless))
      yield tracked(id, contract.flashSales.watch.output.parse(metrics));
  }),
  join: shop(contract.flashSales.join).mutation(({ ctx, input }) => joinWaitingRoom(ctx.core, ctx.actor, input)),
  place: shop(contract.flashSales.place).query(({ ctx, input }) => getWaitingPlace(ctx.core, ctx.actor, input)),
  follow: feed(contract.flashSales.follow).subscription(async function* ({ ctx, input, signal }): Feed<WaitingPlace> {
    for await (const [id, place] of followPlace(ctx.core, ctx.actor, input, signal ?? endless))
      yield tracked(id, contract.flashSales.follow.output.parse(place));
  }),
} satisfies TRPCRouterRecord;
