/** The mails that a worker of the same test has sent. */
import { setTimeout } from 'node:timers/promises';
import type { Order } from '@cartwright/contracts';
import { system, type Core } from '@cartwright/core/kernel';
import { getMail, listMails } from '@cartwright/core/notifications';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { there } from './builders.ts';

/**
 * Waits until the worker has handled every event and sent every mail. Returns the names of the mails about an order,
 * sorted: mails of events that follow each other closely are written in any order.
 */
export const mailsAbout = async ({ db }: Pick<Core, 'db'>, { id }: Pick<Order, 'id'>): Promise<string[]> => {
  const openWork = sql<{ open: number }>`
    select ((select count(*) from outbox_events where relayed_at is null) + (select count(*) from event_deliveries where state = 'pending')
      + (select count(*) from notifications where status = 'queued'))::int as open`;
  while (((await openWork.execute(db)).rows[0]?.open ?? 0) > 0) await setTimeout(100);
  const { rows } = await sql<{ name: string; status: string }>`
    select template_name as name, status from notifications where order_id = ${id}`.execute(db);
  expect(rows.filter(({ status }) => status !== 'sent')).toEqual([]);
  return rows.map(({ name }) => name).toSorted();
};

/** The newest mail of a template to the buyer of an order. */
export const mailAbout = async (
  core: Core,
  { customer }: Pick<Order, 'customer'>,
  template: string,
): Promise<{ subject: string; text: string }> => {
  const staff = system('test');
  const { items } = await listMails(core, staff, { page: 1, pageSize: 100, q: customer.email ?? '' });
  const { subject, text } = await getMail(core, staff, { mailId: there(items.find((mail) => mail.template === template)).id });
  return { subject, text: there(text) };
};
