/** The platform: events, mailbox, dashboard metrics and data integrity. */
import { z } from 'zod';
import { cents, cursorInput, cursorPageOf, instant, nothing, pageInput, pageOf, unreadable, shownSku } from './common.ts';
import { currency } from './currency.ts';
import { eventNames } from './events.ts';
import { eventId, lastEventId, mailId, productId, variantId } from './ids.ts';
import { orderSummarySchema } from './orders.schemas.ts';
import { query, subscription } from './procedure.ts';

export const eventSchema = z
  .object({
    id: eventId,
    /** Kind of the event: the record and what happened to it. */
    name: z.enum(eventNames),
    /** Kind of the record that the event is about, such as `order`. */
    aggregateType: z.string(),
    /** Id of that record. */
    aggregateId: z.string(),
    /** Ids and amounts of the event, without personal data. Its fields depend on `name`. */
    payload: z.record(z.string(), z.unknown()),
    /** When the change was made, shortly before it was committed. */
    occurredAt: instant,
    /** `pending` until every consumer has handled the event; `dead` when a consumer has failed for good. */
    delivery: z.enum(['pending', 'done', 'dead']),
  })
  .meta({ id: 'Event' });
export type ShopEventRecord = z.infer<typeof eventSchema>;

export const eventsContract = {
  list: query({
    summary: 'The event log, newest first',
    access: { scope: 'events:read' },
    rest: { method: 'GET', path: '/events' },
    input: z.strictObject({
      ...cursorInput,
      /** Only events of this name. */
      name: z.enum(eventNames).optional(),
      aggregateId: z
        .string()
        .max(64)
        .meta({ description: 'Id of the record that the event is about, from `aggregateId` of an event' })
        .optional(),
    }),
    output: cursorPageOf(eventSchema),
  }),
  live: subscription({
    summary: 'Events as they are committed',
    description:
      'Two changes of one thing, such as the stock of a variant, may be shown in another order than they were made. Read the ' +
      'present state of the thing. The later change has the greater id, as far as the clocks of the servers agree.',
    access: { scope: 'events:read' },
    input: z.strictObject({
      /** Only events of this name. */
      name: z.enum(eventNames).optional(),
      lastEventId: lastEventId(1_000),
    }),
    output: eventSchema,
  }),
} as const;

export const mailSummarySchema = z
  .object({
    id: mailId,
    to: z.string().nullable().describe('Address of the recipient; null when it cannot be read'),
    /** Subject line of the mail. */
    subject: z.string(),
    /** Name of the mail's template, such as `order_confirmation`. */
    template: z.string(),
    /** When the mail was written to the mailbox. */
    sentAt: instant,
    unreadable,
  })
  .meta({ id: 'MailSummary' });
export const mailboxContract = {
  list: query({
    summary: 'Mails in the local mailbox, newest first',
    access: { scope: 'notifications:read' },
    rest: { method: 'GET', path: '/mailbox' },
    input: z.strictObject({
      ...pageInput,
      /** E-mail address of the recipient, or a part of the subject line. */
      q: z.string().trim().max(254).optional(),
    }),
    output: pageOf(mailSummarySchema),
  }),
  get: query({
    summary: 'A mail with its HTML and text',
    access: { scope: 'notifications:read' },
    rest: { method: 'GET', path: '/mailbox/{mailId}' },
    input: z.strictObject({ mailId }),
    output: mailSummarySchema.extend({
      html: z.string().nullable().describe('Null when it cannot be read'),
      text: z.string().nullable().describe('Null when it cannot be read'),
    }),
    errors: ['NOT_FOUND'],
  }),
} as const;

export const dashboardSchema = z
  .object({
    currency,
    /** Sales of today in each currency used in the last 30 days, and in the shop's currency. */
    currencies: z.array(
      z.object({
        currency,
        /** Paid orders that were placed today (UTC), without cancelled ones. */
        ordersToday: z.int(),
        /** Totals of the paid orders that were placed today (UTC), without cancelled ones. */
        revenueTodayCents: cents,
      }),
    ),
    /** Sales of today (UTC). */
    today: z.object({
      /** Paid orders that were placed today (UTC) in the `currency` of the dashboard, without cancelled ones. */
      orders: z.int(),
      /** Totals of the paid orders of the day with shipping and tax, in the `currency` of the dashboard, without cancelled ones. */
      revenueCents: cents,
      /** Average total of these orders. */
      averageOrderCents: cents,
    }),
    /** Sales of yesterday (UTC). */
    yesterday: z.object({
      /** As `today.orders`, for yesterday (UTC). */
      orders: z.int(),
      /** As `today.revenueCents`, for yesterday (UTC). */
      revenueCents: cents,
    }),
    /** The last 30 days, oldest first, including days without a sale. */
    days: z.array(
      z.object({
        /** Day in UTC. */
        date: z.iso.date(),
        /** As `today.orders`, for this day. */
        orders: z.int(),
        /** As `today.revenueCents`, for this day. */
        revenueCents: cents,
      }),
    ),
    /**
     * The five products with the highest sales in orders that were paid in the last 30 days, in the `currency` of the dashboard,
     * without cancelled ones.
     */
    topProducts: z.array(
      z.object({
        productId,
        /** Name of the product when it was ordered. */
        name: z.string(),
        /** Units in these orders. */
        units: z.int(),
        /** Lines of the product in these orders, after discounts and without shipping. Includes tax if the prices of the shop do. */
        revenueCents: cents,
      }),
    ),
    /** The eight variants on sale with the fewest available units, of those at or below their reorder threshold. */
    lowStock: z.array(
      z.object({
        variantId,
        productId,
        sku: shownSku,
        /** Name of the product with the title of the variant. */
        name: z.string(),
        /** Units on hand minus reserved units; negative when backorders exceed the stock. */
        available: z.int(),
        /** Stock is low at or below this number of available units. */
        reorderThreshold: z.int(),
      }),
    ),
    /** Orders in status `confirmed`, in all currencies. */
    ordersToShip: z.int(),
    /** Charges that failed today (UTC), in all currencies. */
    failedPaymentsToday: z.int(),
    /** Deliveries of events to consumers that are still to be made, and events without deliveries yet. */
    pendingEvents: z.int(),
    /** Deliveries of events that failed for good; `system.consumers` names their consumers. */
    deadEvents: z.int(),
    /** The six latest orders, newest first, without deleted ones. */
    latestOrders: z.array(orderSummarySchema),
  })
  .meta({ id: 'Dashboard' });
export type Dashboard = z.infer<typeof dashboardSchema>;

export const consumerSchema = z
  .object({
    /** Name of the part of the shop that handles the events, such as the one that sends mails. */
    name: z.string(),
    events: z.array(z.string()).describe('Names of the events that it handles'),
    /** When a worker first registered this consumer. */
    registeredAt: instant,
    lastSeenAt: instant.describe('When a worker that handles this consumer was last active'),
    absent: z
      .boolean()
      .describe('No worker has handled this consumer for a minute. Its events are kept until a worker handles it or it is retired.'),
    pendingCount: z.int().describe('Events that wait for this consumer'),
    deadCount: z.int().describe('Events that this consumer failed to handle ten times'),
    oldestPendingAt: instant.nullable().describe('When the oldest waiting event happened'),
  })
  .meta({ id: 'Consumer' });

export const unreadableValueSchema = z
  .object({
    /** Table of the database with the value. */
    table: z.string(),
    /** Column with the value. */
    column: z.string(),
    /** Id of the row. */
    rowId: z.string(),
    /** When the damage was found. */
    foundAt: instant,
  })
  .meta({ id: 'UnreadableValue' });

export const invariantResultSchema = z
  .object({
    /** Number of the check, such as `I01`. */
    id: z.string(),
    /** What must hold, as a sentence. */
    title: z.string(),
    /** Rows that break it; 0 when it holds. */
    violations: z.int(),
    /** Up to five of these rows. */
    samples: z.array(z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'InvariantResult' });

export const systemContract = {
  ping: query({
    summary: 'The smallest possible response',
    access: 'public',
    rest: { method: 'GET', path: '/ping' },
    input: nothing,
    output: z.object({
      /** Always true. */
      pong: z.literal(true),
    }),
  }),
  dashboard: query({
    summary: 'Dashboard metrics for staff',
    access: { scope: 'orders:read' },
    description: 'Sums are in one currency. Default: the currency of the shop.',
    rest: { method: 'GET', path: '/dashboard' },
    input: z.strictObject({ currency: currency.optional() }),
    output: dashboardSchema,
  }),
  consumers: query({
    summary: 'Event consumers with their waiting and dead events',
    access: { scope: 'system:read' },
    rest: { method: 'GET', path: '/system/consumers' },
    input: nothing,
    output: z.object({
      /** The consumers of events. */
      items: z.array(consumerSchema),
    }),
  }),
  unreadable: query({
    summary: 'Stored values that are damaged and cannot be read, newest first',
    description:
      'The shop finds them when it reads them, and by a check of all encrypted columns. A value that was written again is no ' +
      'longer listed.',
    access: { scope: 'system:read' },
    rest: { method: 'GET', path: '/system/unreadable-values' },
    input: z.strictObject({ ...pageInput }),
    output: pageOf(unreadableValueSchema).meta({ id: 'UnreadableValuePage' }),
  }),
  invariants: query({
    summary: 'Run the consistency checks of stock, orders, payments and events',
    access: { scope: 'system:read' },
    rest: { method: 'GET', path: '/system/invariants' },
    input: nothing,
    output: z.object({
      /** When the checks ran. */
      checkedAt: instant,
      /** Whether every check holds. */
      clean: z.boolean(),
      /** One result for each check. */
      results: z.array(invariantResultSchema),
    }),
  }),
} as const;
