/** The event log and its live feed. */
import { contract, type ShopEventRecord } from '@cartwright/contracts';
import { listEvents, streamEvents } from '@cartwright/core/events';
import { tracked, type TrackedEnvelope, type TRPCRouterRecord } from '@trpc/server';
import { createCheck, feed, shop } from '../trpc/procedure.ts';

/** All feeds of this process get the same frozen events, so that each event is checked once. */
const check = createCheck(contract.events.live);

async function* checked(events: AsyncIterable<[string, ShopEventRecord]>): AsyncGenerator<TrackedEnvelope<ShopEventRecord>, void, unknown> {
  for await (const [id, event] of events) yield tracked(id, check(event));
}

/** The procedures of the event log and of its live feed. */
export const eventsRouter = {
  list: shop(contract.events.list).query(({ ctx, input }) => listEvents(ctx.core, ctx.actor, input)),
  live: feed(contract.events.live).subscription(async ({ ctx, input, signal }) => {
    const events = await streamEvents(ctx.core, ctx.actor, input, signal ?? new AbortController().signal);
    ctx.feedPlaces = events;
    return checked(events);
  }),
} satisfies TRPCRouterRecord;
