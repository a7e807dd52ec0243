import { aKey, aProduct, password, variantOf } from '@cartwright/testing';
import { startWorker } from '@cartwright/worker';
import type { Cart, Session } from '@cartwright/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from './live-shop.ts';

/** Personal data of a purchase. No word of it occurs elsewhere in the shop. */
const personalData = {
  email: 'wilhelmina.quux@mailbox-of-hers.example',
  firstName: 'Wilhelmina',
  lastName: 'Quuxbury',
  line1: '17 Zyxgasse',
  city: 'Zwyndrecht',
  postalCode: '9942 ZQ',
  phone: '+31699988877',
  notes: 'ring twice at the xylophone',
};
const words = [...Object.values(personalData), 'wilhelmina', 'Quuxbury', password];

let live: LiveShop;
const logged: string[] = [];
beforeAll(async () => {
  live = await startLiveShop({}, { log: pino({ level: 'debug' }, { write: (line) => logged.push(line) }) });
});
afterAll(() => live.close());

/** Every row of every table as text, as a dump or a replica would show it. */
const dump = async (): Promise<Map<string, string>> => {
  const { pool } = live.shop.core.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await pool.query<{ text: string | null }>(`select string_agg(t::text, ' ') as text from ${name} t`);
    texts.set(name, rows[0]?.text ?? '');
  }
  return texts;
};

describe('personal data', () => {
  it('personal data is readable in no table and no log after a registration, a purchase, a repeat, a decline and a mail', async () => {
    const { core } = live.shop;
    const worker = await startWorker(core);
    const person = { email: personalData.email, password, firstName: personalData.firstName, lastName: personalData.lastName };
    await live.rest('POST', '/auth/register', { body: person });
    const { tokens } = (await live.rest('POST', '/auth/login', { body: { email: personalData.email, password } }))
      .body as unknown as Session;
    await live.rest('POST', '/auth/login', { body: { email: personalData.email, password: 'a wrong one' } });
    const headers = bearer(tokens.accessToken);
    const product = await aProduct(core, { stock: 10 });
    const buy = async (token: string) => {
      const { cart } = (await live.rest('POST', '/carts', { headers, body: {} })).body as unknown as { cart: Cart };
      await live.rest('PATCH', `/carts/${cart.id}`, { headers, body: { note: personalData.notes, email: personalData.email } });
      await live.rest('POST', `/carts/${cart.id}/items`, { headers, body: { variantId: variantOf(product).id, quantity: 1 } });
      const { firstName, lastName, line1, city, postalCode, phone, notes, email } = personalData;
      const body = {
        cartId: cart.id,
        email,
        notes,
        shippingAddress: { firstName, lastName, line1, city, postalCode, phone, countryCode: 'NL' },
        payment: { token },
        acceptAnyTotal: true,
      };
      const keyed = { ...headers, 'idempotency-key': aKey() };
      const first = await live.rest('POST', '/checkout', { headers: keyed, body });
      const again = await live.rest('POST', '/checkout', { headers: keyed, body });
      return [first.status, again.status, again.headers.get('idempotency-replayed')];
    };
    expect(await buy('tok_success')).toEqual([201, 201, 'true']);
    expect((await buy('tok_decline'))[0]).toBe(402);
    const mails = () => core.db.selectFrom('mails').select('template').execute();
    await expect.poll(async () => (await mails()).map(({ template }) => template), { timeout: 20_000 }).toContain('order_confirmation');
    await worker.close();

    const tables = await dump();
    expect(tables.get('public.orders')).toContain('v1:');
    expect(tables.get('public.mails')).toContain('v1:');
    const found = [...tables].flatMap(([name, text]) => words.filter((word) => text.includes(word)).map((word) => `${name}: ${word}`));
    expect(found).toEqual([]);
    expect(logged.length).toBeGreaterThan(0);
    expect(words.filter((word) => logged.some((line) => line.includes(word)))).toEqual([]);
  });

  it('the tables contain only hashes of session and cart tokens', async () => {
    const { tokens } = (await live.rest('POST', '/auth/login', { body: { email: personalData.email, password } }))
      .body as unknown as Session;
    const { cartToken } = (await live.rest('POST', '/carts', { body: {} })).body as { cartToken: string };
    const texts = [...(await dump()).values()];
    for (const secret of [tokens.refreshToken, tokens.accessToken, cartToken])
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  });
});
