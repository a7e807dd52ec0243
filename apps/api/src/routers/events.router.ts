/** The event log and its live feed. */
import { contract, type ShopEventRecord } from '@cartwright/contracts';
import { listEvents, streamEvents } from '@cartwright/core/events';
import { tracked, type TrackedEnvelope, type TRPCRouterRecord } from '@trpc/server';
import { feed, shop } from '../trpc/procedure.ts';

export const eventsRouter = {
  list: shop(contract.events.list).query(({ ctx, input }) => listEvents(ctx.core, ctx.actor, input)),
  live: feed(contract.events.live).subscription(async function* ({
    ctx,
    input,
    signal,
  }): AsyncGenerator<TrackedEnvelope<ShopEventRecord>, void, unknown> {
    const end = signal ?? new AbortController().signal;
    for await (const [id, event] of streamEvents(ctx.core, ctx.actor, input, end))
      yield tracked(id, contract.events.live.output.parse(event));
  }),
} satisfies TRPCRouterRecord;
