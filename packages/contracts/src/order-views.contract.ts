/** Saved views of the order list: a name, filters and a sort order, for each person. */
import { z } from 'zod';
import { cents, done, instant, instantInput, nothing, sku, nameText, storedText } from './common.ts';
import { orderViewId } from './ids.ts';
import { orderSorts, orderStatus } from './orders.schemas.ts';
import { paymentStatuses } from './payments.schemas.ts';
import { mutation, query } from './procedure.ts';

/** Most views of one person. */
export const maxOrderViews = 30;

/** The filters of the order list except those that identify a person, so that no view stores personal data. */
const viewFilters = z.strictObject({
  status: orderStatus.optional(),
  /** Status of the latest charge. */
  paymentStatus: z.enum(paymentStatuses).optional(),
  sku: sku.optional(),
  /** Orders placed at this instant or later. */
  placedFrom: instantInput.optional(),
  /** Orders placed before this instant. */
  placedTo: instantInput.optional(),
  /** Lowest total of the orders, in minor units of the currency of each order. */
  minTotalCents: cents.optional(),
  /** Highest total of the orders, in minor units of the currency of each order. */
  maxTotalCents: cents.optional(),
  /** `true` for orders that need attention (`attention`), `false` for the others. */
  needsAttention: z.boolean().optional(),
});

const viewFields = {
  /** Name of the view, unique among the views of the person. */
  name: nameText(60),
  /** Filters of the order list. */
  filters: viewFilters,
  /** Order of the list: `newest` or `oldest` first, or highest (`total_high`) or lowest total first. */
  sort: z.enum(orderSorts),
};

const keptFilters = viewFilters.extend({
  /** Orders with a line of this SKU. */
  sku: storedText(255).optional(),
  placedFrom: instant.optional(),
  placedTo: instant.optional(),
});
export const orderViewSchema = z
  .object({ id: orderViewId, ...viewFields, name: storedText(60), filters: keptFilters })
  .meta({ id: 'OrderView' });
export type OrderView = z.infer<typeof orderViewSchema>;

export const orderViewsContract = {
  list: query({
    summary: 'Your saved views, oldest first',
    description: 'Each person has their own views.',
    access: { scope: 'orders:read' },
    rest: { method: 'GET', path: '/order-views' },
    input: nothing,
    output: z.object({
      /** Views of the caller, oldest first. */
      items: z.array(orderViewSchema),
    }),
  }),
  create: mutation({
    summary: 'Save a view of the order list',
    description: `Each person can save at most ${maxOrderViews} views. Each needs its own name.`,
    access: { scope: 'orders:read' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/order-views', status: 201 },
    input: z.strictObject({ ...viewFields, sort: viewFields.sort.default('newest') }),
    output: orderViewSchema,
    errors: ['NAME_TAKEN', 'LIMIT_REACHED'],
  }),
  update: mutation({
    summary: 'Rename a saved view, or change its filters',
    access: { scope: 'orders:read' },
    repeatable: true,
    rest: { method: 'PATCH', path: '/order-views/{id}' },
    input: z.strictObject({
      id: orderViewId,
      name: viewFields.name.optional(),
      /** Replaces all filters of the view. */
      filters: viewFilters.optional(),
      sort: viewFields.sort.optional(),
    }),
    output: orderViewSchema,
    errors: ['NOT_FOUND', 'NAME_TAKEN'],
  }),
  delete: mutation({
    summary: 'Delete a saved view',
    access: { scope: 'orders:read' },
    rest: { method: 'DELETE', path: '/order-views/{id}' },
    input: z.strictObject({ id: orderViewId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
