/** Mails that cannot be sent: each fails alone, with a reason that names what staff can do. */
import type { MailId, OrderId } from '@cartwright/contracts';
import { aCustomer, aPaidOrder, aProduct, createTestShop, there, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { system, transact, type Core } from '../kernel/index.ts';
import { failNotification, findStaleNotifications, getMail, notifyConsumer, sendNotification } from './index.ts';

let shop: TestShop;
beforeAll(async () => void (shop = await createTestShop()));
afterAll(() => shop.close());

/** Queues the confirmation of an order. Returns the id of its notification. */
const queued = async (orderId: OrderId): Promise<string> => {
  const { rows } = await sql<{ id: string; payload: never }>`
    select id, payload from outbox_events where name = 'order.confirmed' and aggregate_id = ${orderId}`.execute(shop.core.db);
  const event = { ...there(rows[0]), name: 'order.confirmed', occurredAt: new Date() } as const;
  return there((await transact(shop.core, (tx) => notifyConsumer.handle(tx, event)))[0]).id;
};
const aQueuedMail = async () => queued((await aPaidOrder(shop.core, await aProduct(shop.core))).order.id);
const stateOf = async (id: string) => {
  const { rows } = await sql<{ status: string; reason: string | null }>`
    select status, failure_reason as reason from notifications where id = ${id}`.execute(shop.core.db);
  return there(rows[0]);
};
/** Sends as the last attempt of the worker's queue does. */
const lastAttempt = async (id: string, core: Core = shop.core): Promise<void> => {
  try {
    await sendNotification(core, id);
  } catch (error) {
    await failNotification(core, id, (error as Error).message);
  }
};
/** Runs the statement that a reason ends with. */
const followAdvice = async (reason: string | null): Promise<void> => {
  const statement = there(/run: (update notifications .*)$/.exec(there(reason))?.[1]);
  await sql.raw(statement).execute(shop.core.db);
};

it.each(['order_gone', 'return_gone', 'edit_gone', 'toString'])(
  'a notification with the name %s of a newer or removed mail waits for a newer worker, then fails with a reason and sends nothing',
  async (name) => {
    const [id, other] = [await aQueuedMail(), await aQueuedMail()];
    await sql`update notifications set template_name = ${name} where id = ${id}`.execute(shop.core.db);
    await expect(sendNotification(shop.core, id)).rejects.toThrow(`no mail with the name "${name}"`);
    expect(await stateOf(id)).toEqual({ status: 'queued', reason: null });
    await lastAttempt(id);
    const { status, reason } = await stateOf(id);
    expect(status).toBe('failed');
    expect(reason).toMatch(/nothing was sent\. Contact the recipient another way/);
    await expect(getMail(shop.core, system('test'), { mailId: id as MailId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sendNotification(shop.core, other);
    expect(await stateOf(other)).toEqual({ status: 'sent', reason: null });
    // The version that has the mail is back: staff follow the advice, and the worker finds the mail again.
    await sql`update notifications set template_name = 'order_confirmation', enqueued_at = now() - interval '1 hour'
      where id = ${id}`.execute(shop.core.db);
    await followAdvice(reason);
    expect(await findStaleNotifications(shop.core, 300)).toEqual([id]);
    await sendNotification(shop.core, id);
    expect(await stateOf(id)).toEqual({ status: 'sent', reason: null });
  },
);

it('a mail that the mail server refuses fails with the reply of the server, the settings to check and the way to send it again', async () => {
  const id = await aQueuedMail();
  const refusing: Core = {
    ...shop.core,
    config: { ...shop.core.config, smtpUrl: 'smtp://mail.example' },
    mail: { send: () => Promise.reject(new Error('550 mailbox unavailable')) },
  };
  await lastAttempt(id, refusing);
  const { status, reason } = await stateOf(id);
  expect(status).toBe('failed');
  expect(reason).toMatch(/^The mail server did not accept the mail: 550 mailbox unavailable\. Check SMTP_URL, MAIL_FROM/);
  await followAdvice(reason);
  await sendNotification(shop.core, id);
  expect(await stateOf(id)).toEqual({ status: 'sent', reason: null });
});

it('a mail whose subject does not exist fails with what is missing', async () => {
  const id = await aQueuedMail();
  await sql`update notifications set template_name = 'return_received' where id = ${id}`.execute(shop.core.db);
  await lastAttempt(id);
  expect(await stateOf(id)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/could not be written: Order ORD-\S+ has no return/),
  });
});

it('a mail with a damaged e-mail address fails at once, and its reason names the order or account and what staff can do', async () => {
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  const { userId } = await aCustomer(shop.core);
  await sql`update orders set email_sealed = 'damaged' where id = ${order.id}`.execute(shop.core.db);
  await sql`update users set email_sealed = 'damaged' where id = ${userId}`.execute(shop.core.db);
  const events = await sql<{ id: string; name: 'order.confirmed' | 'user.registered'; payload: never; occurredAt: Date }>`
    select id, name, payload, occurred_at as "occurredAt" from outbox_events
    where (name = 'order.confirmed' and aggregate_id = ${order.id}) or (name = 'user.registered' and aggregate_id = ${userId})`.execute(
    shop.core.db,
  );
  for (const event of events.rows) expect(await transact(shop.core, (tx) => notifyConsumer.handle(tx, event))).toEqual([]);
  const { rows } = await sql<{ reason: string }>`
    select failure_reason as reason from notifications where status = 'failed' and (order_id = ${order.id} or user_id = ${userId})
    order by order_id is null`.execute(shop.core.db);
  expect(rows.map(({ reason }) => reason)).toEqual([
    expect.stringContaining(`The e-mail address of order ${order.orderNumber} is damaged`),
    expect.stringContaining(`The e-mail address of account ${userId} is damaged`),
  ]);
  for (const { reason } of rows)
    expect(reason).toContain('Contact this person another way. The page Data integrity of the admin lists the damaged value');
});
