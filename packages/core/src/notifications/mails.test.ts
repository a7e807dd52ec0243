/** Every mail, from a use-case to the text in the mailbox. A mail without a scene does not compile. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, type MailId, type Order } from '@cartwright/contracts';
import {
  aCurrency,
  anOrder,
  aProduct,
  aCustomer,
  createTestShop,
  letPass,
  password,
  there,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshSession, registerCustomer, signIn } from '../accounts/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { configureStock } from '../inventory/index.ts';
import { deliverEvents, markConsumersSeen, registerConsumers, relayOutbox } from '../events/index.ts';
import { system, transact, type GuestActor } from '../kernel/index.ts';
import { advanceEdits, editOrder } from '../order-edits/index.ts';
import { deliverOrder, shipOrder } from '../orders/index.ts';
import { refundOrder, settleCharge } from '../payments/index.ts';
import { decideReturn, receiveReturn, requestReturn } from '../returns/index.ts';
import { mailEntries, mails, type MailTemplate } from './mail.catalogue.ts';
import { defineMail } from './mail.definition.ts';
import { renderTemplate } from './render-mail.ts';
import { getMail, notifyConsumer, sendNotification } from './index.ts';

const staff = system('test');
const anonymous: GuestActor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await registerConsumers(shop.core, [notifyConsumer]);
});
afterAll(() => shop.close());

const sold = async (token = 'tok_success') =>
  anOrder(shop.core, [[await aProduct(shop.core, { name: 'Mug', priceCents: 1000, variants: 2 }), 2]], { token });
const shipped = async () => {
  const { order, guest } = await sold();
  await shipOrder(shop.core, staff, {
    orderId: order.id,
    carrier: 'DHL',
    trackingNumber: 'JD014600006281230704',
    trackingUrl: 'https://dhl.example/1',
  });
  return { order, guest };
};
const edited = async (order: Order, quantity: number): Promise<Order> => {
  const lines = order.items.map(({ variantId }) => ({ variantId, quantity }));
  await editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines, reason: 'as agreed by phone' });
  return order;
};
const returned = async () => {
  const { order, guest } = await shipped();
  await deliverOrder(shop.core, staff, { orderId: order.id });
  const items = order.items.map((item) => ({ orderItemId: item.id, quantity: 1 }));
  const { returns } = await requestReturn(shop.core, guest, { orderId: order.id, items, reason: 'one too many' });
  return { order, returnId: there(returns[0]).id };
};
const decided = async (approve: boolean) => {
  const { order, returnId } = await returned();
  await decideReturn(shop.core, staff, { returnId, approve, note: 'Use the enclosed label.' });
  return { order, returnId };
};
/** The buyer confirms a payment after the order was cancelled. */
const paidTooLate = async (): Promise<Order> => {
  const { order } = await sold('tok_3ds');
  await cancelOrder(shop.core, staff, { orderId: order.id });
  const paymentId = there(order.payments[0]).id;
  const { rows } = await sql<{ reference: string }>`
    update sandbox_charges set status = 'captured' where idempotency_key = ${paymentId} returning reference`.execute(shop.core.db);
  const { reference } = there(rows[0]);
  await transact(shop.core, (tx) =>
    settleCharge(tx, paymentId, { status: 'captured', reference, capturedCents: 2000, currency: aCurrency('USD') }),
  );
  return order;
};

/** What leads to each mail. Returns the order, or the id of the account, that the mail is about. */
const scenes = {
  order_confirmation: async () => (await sold()).order,
  order_shipped: async () => (await shipped()).order,
  order_edited: async () => edited((await sold()).order, 1),
  order_cancelled: async () => {
    const { order } = await sold();
    await cancelOrder(shop.core, staff, { orderId: order.id });
    return order;
  },
  order_refunded: async () => {
    const { order } = await sold();
    await refundOrder(shop.core, staff, { orderId: order.id, amountCents: 500, reason: 'goodwill' });
    return order;
  },
  edit_payment: async () => edited((await sold('tok_once')).order, 3),
  edit_closed: async () => {
    const order = await edited((await sold('tok_once')).order, 3);
    await letPass(shop.core, 73 * 60);
    await advanceEdits(shop.core);
    return order;
  },
  return_requested: async () => (await returned()).order,
  return_approved: async () => (await decided(true)).order,
  return_rejected: async () => (await decided(false)).order,
  return_in_transit: async () => {
    const { order } = await shipped();
    await cancelOrder(shop.core, staff, { orderId: order.id });
    return order;
  },
  return_received: async () => {
    const { order, returnId } = await decided(true);
    await receiveReturn(shop.core, staff, { returnId });
    return order;
  },
  payment_failed: async () => {
    const declined: unknown = await sold('tok_decline').catch((error: unknown) => error);
    const { orderId } = contract.orders.get.input.parse({ orderId: (declined as { details?: { orderId?: string } }).details?.orderId });
    return { id: orderId };
  },
  payment_returned: paidTooLate,
  welcome: async () => ({ id: (await aCustomer(shop.core)).userId }),
  registration_repeated: async () => {
    const { userId, email } = await aCustomer(shop.core);
    await registerCustomer(shop.core, anonymous, { email, password, firstName: 'Ada', lastName: 'Byron' });
    return { id: userId };
  },
  session_ended: async () => {
    const { userId, email } = await aCustomer(shop.core);
    const { tokens: first } = await signIn(shop.core, anonymous, { email, password });
    const second = await refreshSession(shop.core, anonymous, first);
    await refreshSession(shop.core, anonymous, second);
    await expect(refreshSession(shop.core, anonymous, first)).rejects.toMatchObject({ code: 'REFRESH_REUSED' });
    return { id: userId };
  },
} satisfies Record<MailTemplate, () => Promise<{ readonly id: string }>>;

/** Handles all new events and sends their mails, as the worker does. */
const sendAll = async (): Promise<void> => {
  // A worker does this every ten seconds; a scene may have let days pass.
  await markConsumersSeen(shop.core, [notifyConsumer.name]);
  for (;;) {
    const { relayed, deliveries } = await relayOutbox(shop.core);
    if (relayed === 0) return;
    const round = await deliverEvents(
      shop.core,
      [notifyConsumer],
      notifyConsumer.name,
      deliveries.map(({ eventId }) => eventId),
    );
    expect(round.failed).toEqual([]);
    for (const { id } of round.followUps) await sendNotification(shop.core, id);
  }
};
/** The only mail of a template about an order or an account, read in the mailbox. */
const mailOf = async (template: MailTemplate, about: string) => {
  const { rows } = await sql<{ id: MailId; status: string }>`
    select id, status from notifications where template_name = ${template}
    and (order_id = ${about} or (order_id is null and user_id = ${about}))`.execute(shop.core.db);
  expect(rows).toMatchObject([{ status: 'sent' }]);
  return getMail(shop.core, staff, { mailId: there(rows[0]).id });
};
const readme = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
/** Cells of a row of a table, without the quotes of code. */
const cellsOf = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

/** Words of a value that was missing when the text was put together. */
const missing = /\bundefined\b|\bnull\b|\bNaN\b|Invalid Date|\[object/;

describe('every mail', () => {
  it.each(mailEntries.map(([template]) => template))(
    'the mail %s has a subject, a heading and a text without a missing value',
    async (template) => {
      const { id } = await scenes[template]();
      await sendAll();
      const { subject, html, text, to } = await mailOf(template, id);
      expect(to).toContain('@example.com');
      const body = there(text);
      expect([subject, body, there(html)].filter((part) => part.trim() === '' || missing.test(part))).toEqual([]);
      const headings = [...there(html).matchAll(/<h[1-6][^>]*>(.*?)<\/h[1-6]>/gs)].map(([, inner = '']) =>
        inner.replaceAll(/<[^>]+>/g, '').trim(),
      );
      expect(headings).toHaveLength(1);
      expect(headings[0]).toMatch(/^[A-Z].*[\p{L}]$/u);
      expect(body.toLowerCase()).toContain(there(headings[0]).toLowerCase());
      // Nothing stands where a value is missing: no empty element of text, no empty brackets, no space before a full stop.
      expect(there(html)).not.toMatch(/<(p|strong|a)\b[^>]*>\s*<\/\1>|\(\s*\)|\s\.(\s|<)/);

      const { on, whenText, audience } = mails[template];
      const shown = subject
        .replace(/ORD-[\w-]+/, '(number)')
        .replace(/\$[\d.,]+/, '(amount)')
        .replace(/^Welcome to .*/, 'Welcome to (shop)');
      const row = readme.split('\n').find((line) => cellsOf(line)[0] === template);
      expect(row && cellsOf(row), 'the row of the README').toEqual([template, on, whenText ?? 'always', audience, shown]);
    },
  );

  it('the README lists no other mail', () => {
    const table = readme.slice(readme.indexOf('## Mails'), readme.indexOf('##', readme.indexOf('## Mails') + 2));
    const listed = table.split('\n').flatMap((line) => (line.startsWith('| `') ? [cellsOf(line)[0]] : []));
    expect(listed).toEqual(mailEntries.map(([template]) => template));
  });

  it('the consumer listens to the events of the catalogue, each once', () => {
    expect(notifyConsumer.events.toSorted()).toEqual([...new Set(mailEntries.map(([, { on }]) => on))].toSorted());
  });
});

it('the confirmation of an order names the units that follow later, and no others', async () => {
  const [ahead, plain] = [await aProduct(shop.core, { name: 'Rug', stock: 1 }), await aProduct(shop.core, { name: 'Mug', stock: 9 })];
  await configureStock(shop.core, staff, { variantId: variantOf(ahead).id, backorderLimit: 5 });
  const { order } = await anOrder(shop.core, [
    [ahead, 3],
    [plain, 2],
  ]);
  await sendAll();
  const { text } = await mailOf('order_confirmation', order.id);
  expect(text).toMatch(/as soon as they arrive:\s+2 × Rug/);
  expect(text).not.toMatch(/arrive:[\s\S]*× Mug/);
  const { order: other } = await sold();
  await sendAll();
  expect((await mailOf('order_confirmation', other.id)).text).not.toMatch(/arrive/);
});

it('the mail of a parcel names the part of the order that it contains', async () => {
  const { order } = await sold();
  const item = there(order.items[0]);
  await shipOrder(shop.core, staff, {
    orderId: order.id,
    carrier: 'DHL',
    trackingNumber: '1',
    items: [{ orderItemId: item.id, quantity: 1 }],
  });
  await sendAll();
  const { subject, text } = await mailOf('order_shipped', order.id);
  expect(subject).toBe(`Part of order ${order.orderNumber} is on its way`);
  expect(text).toMatch(/PART OF YOUR ORDER IS ON ITS WAY[\s\S]*1 × Mug[\s\S]*The rest of your order will follow/);
});

it.each(['welcome', 'registration_repeated', 'session_ended'] as const)(
  'the mail %s has a greeting when the first name cannot be read',
  async (template) => {
    const { userId } = await aCustomer(shop.core);
    await sql`update users set first_name_sealed = 'damaged' where id = ${userId}`.execute(shop.core.db);
    const { text } = await renderTemplate(shop.core, template, { userId }, 'Lamps');
    expect(text).not.toMatch(/,\s*$|Hello ,|, ,/m);
    expect(text).toMatch(/welcome\n|Hello, somebody|Hello, the key/i);
  },
);

it('a mail about a return that does not exist fails, and its reason names the order', async () => {
  const { order } = await sold();
  await expect(renderTemplate(shop.core, 'return_received', { orderId: order.id }, 'Lamps')).rejects.toThrow(
    `Order ${order.orderNumber} has no return`,
  );
});

it('an unknown mail, and a mail whose event does not name its data, do not compile', () => {
  // @ts-expect-error -- no such mail
  const name: MailTemplate = 'order_unknown';
  expect(name in mails).toBe(false);
  const rest = { subject: () => 'Your parcel', template: () => expect.fail('not rendered') };
  // @ts-expect-error -- the event names no parcel
  const withoutParcel = defineMail({ on: 'order.confirmed', audience: 'buyer', needs: 'parcel', ...rest });
  // @ts-expect-error -- an account is not a buyer
  const toNobody = defineMail({ on: 'user.registered', audience: 'buyer', needs: 'account', ...rest });
  expect([withoutParcel, toNobody].map(({ on }) => on)).toEqual(['order.confirmed', 'user.registered']);
});
