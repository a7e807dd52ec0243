/** The definition of a mail. */
import type { EventName, EventPayload, OrderEditId } from '@cartwright/contracts';
import { createElement, type Attributes, type FunctionComponent, type ReactElement } from 'react';
import type { ShopEvent } from '../events/index.ts';
import type { Core } from '../kernel/index.ts';
import { loaders, type EventFor, type MailData, type MailNeed, type MailSubject } from './mail.data.ts';

/** Whom a mail is sent to: the e-mail address of the order, or that of the account. */
export type Audience = 'buyer' | 'account';

/** What the consumer knows about the order of an event. */
export interface OrderFacts {
  /** The edit that the payment of the event is for. */
  readonly paidEdit: OrderEditId | null;
  /** The return of the event was opened by staff. */
  readonly askedByStaff: boolean;
}

interface Condition<Payload> {
  /** The condition in words, for the README. */
  readonly text: string;
  readonly event?: (payload: Payload) => boolean;
  readonly order?: (facts: OrderFacts) => boolean;
}
type Props<N extends MailNeed> = MailData<N> & { readonly shop: string };

interface Definition<N extends MailNeed, E extends EventFor<N>> {
  /** The event that leads to the mail. */
  readonly on: E;
  /** When the event leads to the mail; without it: always. */
  readonly when?: Condition<EventPayload<E>>;
  readonly audience: N extends 'account' ? 'account' : 'buyer';
  /** The data that is loaded for the subject line and the template. The event must name it. */
  readonly needs: N;
  /** `edit`, `order`: one mail for an edit or an order, however many events it has. The default is one mail for each event. */
  readonly oncePer?: 'edit' | 'order';
  readonly subject: (data: Props<N>) => string;
  /** Loads the component. react-email is large, so it is loaded with the first mail. */
  readonly template: () => Promise<FunctionComponent<Props<N>>>;
}

/** A mail, with its data bound to its subject line and its template. */
export interface Mail {
  readonly on: EventName;
  readonly audience: Audience;
  readonly needs: MailNeed;
  readonly oncePer: 'event' | 'edit' | 'order';
  /** The condition in words. */
  readonly whenText: string | null;
  /** Whether the event leads to this mail. */
  isFor(event: ShopEvent): boolean;
  /** Whether the order of the event leads to this mail. */
  isForOrder(facts: OrderFacts): boolean;
  draw(core: Core, about: MailSubject, shop: string): Promise<{ readonly subject: string; readonly element: ReactElement }>;
}

/** Defines a mail. Does not compile if the event does not name the data that the mail needs. */
export const defineMail = <N extends MailNeed, E extends EventFor<N>>(mail: Definition<N, E>): Mail => {
  const { on, when, audience, needs, oncePer = 'event', subject, template } = mail;
  return {
    on,
    audience,
    needs,
    oncePer,
    whenText: when?.text ?? null,
    isFor: ({ name, payload }) => name === on && (when?.event?.(payload as EventPayload<E>) ?? true),
    isForOrder: (facts) => when?.order?.(facts) ?? true,
    draw: async (core, about, shop) => {
      const data = { ...(await loaders[needs](core, about)), shop };
      return { subject: subject(data), element: createElement(await template(), data as Props<N> & Attributes) };
    },
  };
};
