/** Events of the fake Stripe: signed as Stripe signs them, and listed. */
import { createHmac, randomUUID } from 'node:crypto';
import type { SignedEvent } from './stripe.objects.ts';
import { pageOf, type Answer } from './stripe.protocol.ts';

/** An event to sign. */
export interface NewEvent {
  readonly type: string;
  readonly object: unknown;
  readonly livemode?: boolean;
  readonly account?: string;
}

/** The events of a fake account. */
export interface StripeEvents {
  /** An event with any object and mode, as Stripe would post it, with its signature header. */
  sign(event: NewEvent, at?: Date): SignedEvent;
  list(query: URLSearchParams): Answer;
  /** With `true`, listing events fails. */
  hide(on: boolean): void;
}

/** Creates the events of a fake account, signed with its webhook secret. */
export const createStripeEvents = (webhookSecret: string): StripeEvents => {
  /** Oldest first. */
  const events: { id: string; type: string; created: number }[] = [];
  let isHidden = false;
  return {
    sign: ({ type, object, livemode = false, account }, at = new Date()) => {
      const created = Math.floor(at.getTime() / 1000);
      const id = `evt_${randomUUID()}`;
      const text = JSON.stringify({ id, object: 'event', type, created, livemode, ...(account && { account }), data: { object } });
      events.push(JSON.parse(text) as (typeof events)[number]);
      const body = Buffer.from(text);
      const v1 = createHmac('sha256', webhookSecret).update(`${created}.`).update(body).digest('hex');
      return { body, signature: `t=${created},v1=${v1}` };
    },
    list: (query) => {
      if (isHidden) return { status: 500, body: { error: { type: 'api_error', message: 'Try again.' } } };
      const types = [...query].flatMap(([key, value]) => (key.startsWith('types') ? [value] : []));
      const listed = events.filter((event) => types.length === 0 || types.includes(event.type));
      return pageOf('/v1/events', listed, query);
    },
    hide: (on) => void (isHidden = on),
  };
};
