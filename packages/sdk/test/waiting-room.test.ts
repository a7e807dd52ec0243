/** The waiting-room helper with a real sale and network failures. */
import { createServer, type ShopServer } from '@cartwright/api';
import type { FlashSale, WaitingPlace } from '@cartwright/contracts';
import { aProduct, aStaffMember, anAddress, createTestShop, password, unique, variantOf, type TestShop } from '@cartwright/testing';
import { admitBuyers } from '@cartwright/core/flash-sales';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCartwright, type Cartwright, type ShopInputs } from '../src/index.ts';
import { errorOf, recordingFetch, type Interfere } from './recording-fetch.ts';

let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
let office: Cartwright;
beforeAll(async () => {
  shop = await createTestShop();
  const settings = { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null, rateLimitFactor: 100 };
  server = createServer(shop.core, settings);
  baseUrl = await server.listen();
  office = createCartwright({ baseUrl });
  const { email } = await aStaffMember(shop.core);
  await office.signIn({ email, password });
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();
const aSale = async (units: number, waitingRoom = true) => {
  const variantId = variantOf(await aProduct(shop.core, { stock: units })).id;
  const sale = await office.flashSales.create({
    name: `Drop ${unique()}`,
    startsAt: minutes(-5),
    endsAt: minutes(60),
    waitingRoom,
    admission: { overbooking: 0 },
    items: [{ variantId, units, salePriceCents: 3_000 }],
  });
  return { sale, itemId: sale.items[0]?.id ?? '' };
};
/** Admits as many buyers as stock and rate allow, as the worker does every second. */
const admit = async (sale: FlashSale): Promise<void> => {
  await shop.core.database.kysely
    .updateTable('waiting_rooms')
    .set({ tickedAt: new Date(Date.now() - 1_000) })
    .where('saleId', '=', sale.id)
    .execute();
  await admitBuyers(shop.core, sale.id);
};
const aPurchase = (itemId: string, email: string, ticket: string | undefined): ShopInputs['flashSales']['buy'] => ({
  itemId,
  email,
  shippingAddress: { ...anAddress, line1: `${unique()} High Street` },
  payment: { token: 'tok_success' },
  ticket,
});
/** A guest, and the places that the queue has reported. */
const aGuest = (interfere?: Interfere) => {
  const places: WaitingPlace[] = [];
  const network = recordingFetch(interfere);
  const client = createCartwright({ baseUrl, fetch: network.fetch });
  return { client, network, places, email: `${unique()}@example.com`, onPlace: (place: WaitingPlace) => void places.push(place) };
};
const pollOptions = { timeout: 20_000 };

describe.each(['feed', 'polling'] as const)('waiting by %s', (by) => {
  it('a buyer gets the place, then the ticket after admission, and buys with it', async () => {
    const { sale, itemId } = await aSale(1);
    const { client, places, email, onPlace } = aGuest();
    const entering = client.waitingRoom.enter({ saleId: sale.id, email }, { by, onPlace });
    await expect.poll(() => places, pollOptions).toMatchObject([{ state: 'waiting', ahead: 0 }]);
    await admit(sale);
    const { ticket, admittedUntil } = await entering;
    expect(Date.parse(admittedUntil ?? '')).toBeGreaterThan(Date.now());
    expect(places.at(-1)).toMatchObject({ state: 'admitted', ahead: 0 });
    expect(await client.flashSales.buy(aPurchase(itemId, email, ticket))).toMatchObject({ status: 'confirmed' });
  });

  it('a waiting buyer gets OUT_OF_STOCK when everything is sold', async () => {
    const { sale, itemId } = await aSale(1);
    const first = aGuest();
    const second = aGuest();
    const admitted = first.client.waitingRoom.enter({ saleId: sale.id, email: first.email }, { by });
    await expect.poll(() => first.network.sent, pollOptions).toContain(by === 'feed' ? 'flashSales.follow' : 'flashSales.join');
    await admit(sale);
    const { ticket } = await admitted;
    const refused = errorOf(second.client.waitingRoom.enter({ saleId: sale.id, email: second.email }, { by, onPlace: second.onPlace }));
    await expect.poll(() => second.places.length, pollOptions).toBeGreaterThan(0);
    await first.client.flashSales.buy(aPurchase(itemId, first.email, ticket));
    expect(await refused).toMatchObject({ code: 'OUT_OF_STOCK', retry: 'never', details: { place: { state: 'sold_out' } } });
  });
});

describe('the waiting room', () => {
  it('a buyer who enters again keeps the place, also when the answer to joining was lost', async () => {
    const { sale, itemId } = await aSale(1);
    const { client, places, email, onPlace, network } = aGuest((path, count) => {
      if (path === 'flashSales.join' && count === 1) throw new TypeError('The connection was reset');
      return undefined;
    });
    const end = new AbortController();
    const left = errorOf(client.waitingRoom.enter({ saleId: sale.id, email }, { onPlace, signal: end.signal }));
    await expect.poll(() => places.length, pollOptions).toBe(1);
    end.abort();
    expect(await left).toMatchObject({ code: 'ABORTED' });
    expect(network.countOf('flashSales.join')).toBe(2);
    const back = client.waitingRoom.enter({ saleId: sale.id, email }, { onPlace });
    await expect.poll(() => places.length, pollOptions).toBe(2);
    expect(places[1]?.placeId).toBe(places[0]?.placeId);
    await admit(sale);
    const { ticket } = await back;
    expect(await client.flashSales.buy(aPurchase(itemId, email, ticket))).toMatchObject({ status: 'confirmed' });
  });

  it('the waiting room falls back to polling where live feeds are blocked', async () => {
    const { sale, itemId } = await aSale(1);
    const { client, places, email, onPlace, network } = aGuest((path) =>
      path === 'flashSales.follow' ? new Response('<html>Not here</html>', { status: 403 }) : undefined,
    );
    const entering = client.waitingRoom.enter({ saleId: sale.id, email }, { onPlace });
    await expect.poll(() => places.length, pollOptions).toBe(1);
    await admit(sale);
    const { ticket } = await entering;
    expect(await client.flashSales.buy(aPurchase(itemId, email, ticket))).toMatchObject({ status: 'confirmed' });
    expect(network.sent).toContain('flashSales.place');
  });

  it('a sale without a waiting room returns at once without a ticket', async () => {
    const { sale, itemId } = await aSale(1, false);
    const { client, email } = aGuest();
    const { ticket } = await client.waitingRoom.enter({ saleId: sale.id, email });
    expect(ticket).toBeUndefined();
    expect(await client.flashSales.buy(aPurchase(itemId, email, ticket))).toMatchObject({ status: 'confirmed' });
  });

  it('entering the waiting room fails with the errors of joining', async () => {
    const { client, email } = aGuest();
    const nowhere = '01936f2e-0000-7000-8000-000000000000';
    expect(await errorOf(client.waitingRoom.enter({ saleId: nowhere, email }))).toMatchObject({ code: 'NOT_FOUND' });
    const { sale } = await aSale(1);
    await office.flashSales.end({ saleId: sale.id });
    expect(await errorOf(client.waitingRoom.enter({ saleId: sale.id, email }))).toMatchObject({ code: 'SALE_ENDED' });
  });
});
