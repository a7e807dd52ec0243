/** Views of the order list that a person keeps under a name: filters and an order to read in. */
import { z } from 'zod';
import { cents, done, instant, instantInput, nothing, sku, nameText, storedText } from './common.ts';
import { orderViewId } from './ids.ts';
import { orderSorts, orderStatus } from './orders.schemas.ts';
import { paymentStatuses } from './payments.contract.ts';
import { mutation, query } from './procedure.ts';

/** How many views one person may keep. */
export const maxOrderViews = 30;

/** The filters of the order list, without those that name a person: nobody's address is kept with a view. */
const viewFilters = z.strictObject({
  status: orderStatus.optional(),
  paymentStatus: z.enum(paymentStatuses).optional(),
  sku: sku.optional(),
  placedFrom: instantInput.optional(),
  placedTo: instantInput.optional(),
  minTotalCents: cents.optional(),
  maxTotalCents: cents.optional(),
  needsAttention: z.boolean().optional(),
});

const fields = { name: nameText(60), filters: viewFilters, sort: z.enum(orderSorts) };

const keptFilters = viewFilters.extend({ sku: storedText(255).optional(), placedFrom: instant.optional(), placedTo: instant.optional() });
export const orderViewSchema = z
  .object({ id: orderViewId, ...fields, name: storedText(60), filters: keptFilters })
  .meta({ id: 'OrderView' });
export type OrderView = z.infer<typeof orderViewSchema>;

export const orderViewsContract = {
  list: query({
    summary: 'The views you keep, oldest first',
    description: 'Each person has their own.',
    access: { scope: 'orders:read' },
    rest: { method: 'GET', path: '/order-views' },
    input: nothing,
    output: z.object({ items: z.array(orderViewSchema) }),
  }),
  create: mutation({
    summary: 'Keep a view of the order list',
    description: `At most ${maxOrderViews} for each person, each under a name of its own.`,
    access: { scope: 'orders:read' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/order-views', status: 201 },
    input: z.strictObject({ ...fields, sort: fields.sort.default('newest') }),
    output: orderViewSchema,
    errors: ['CONFLICT', 'LIMIT_REACHED'],
  }),
  update: mutation({
    summary: 'Rename a view, or keep other filters under its name',
    access: { scope: 'orders:read' },
    repeatable: true,
    rest: { method: 'PATCH', path: '/order-views/{id}' },
    input: z.strictObject({
      id: orderViewId,
      name: fields.name.optional(),
      filters: viewFilters.optional(),
      sort: fields.sort.optional(),
    }),
    output: orderViewSchema,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  delete: mutation({
    summary: 'Throw a view away',
    access: { scope: 'orders:read' },
    rest: { method: 'DELETE', path: '/order-views/{id}' },
    input: z.strictObject({ id: orderViewId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
