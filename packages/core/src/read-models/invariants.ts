/** The list of all invariants of the data, by the ids that the docs use. */
import { catalogInvariants } from './catalog.invariants.ts';
import { counterInvariants } from './counter.invariants.ts';
import { eventInvariants } from './event.invariants.ts';
import type { Invariant } from './invariant.ts';
import { invoiceInvariants } from './invoice.invariants.ts';
import { orderInvariants } from './order.invariants.ts';
import { paymentInvariants } from './payment.invariants.ts';
import { platformInvariants } from './platform.invariants.ts';
import { stockInvariants } from './stock.invariants.ts';

/** Each is a query for violating rows; it must return none. */
export const invariants: readonly Invariant[] = [
  ...stockInvariants,
  ...orderInvariants,
  ...paymentInvariants,
  ...invoiceInvariants,
  ...counterInvariants,
  ...eventInvariants,
  ...catalogInvariants,
  ...platformInvariants,
].toSorted((a, b) => a.id.localeCompare(b.id));
