/** `pnpm bench plans`: how PostgreSQL goes about every statement of the hot operations, one file an operation. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contract } from '@cartwright/contracts';
import { addCartItem, createCart } from '@cartwright/core/carts';
import { getProduct, listProducts } from '@cartwright/core/catalog';
import { completeCheckout } from '@cartwright/core/checkout';
import { closeCore, createCore } from '@cartwright/core/composition';
import { relayOutbox } from '@cartwright/core/events';
import { loadConfig, withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import type { Stage } from './stage.ts';

const folder = path.join(import.meta.dirname, 'plans');
const guest: Actor = { kind: 'guest', cartToken: null };

/** The operations, one after the other, each telling its name before its first statement. */
const perform = async (core: Core, { products }: Stage, begin: (name: string) => void): Promise<void> => {
  const [product] = products;
  const variant = product?.variants[0];
  if (!variant) throw new Error('There are no products');
  begin('list');
  await listProducts(core, guest, contract.products.list.input.parse({ pageSize: 20, page: 8 }));
  begin('detail');
  await getProduct(core, guest, { id: product.slug });
  begin('create-cart');
  const { cart, cartToken } = await createCart(core, guest, {});
  const buyer: Actor = { kind: 'guest', cartToken };
  begin('add-to-cart');
  await addCartItem(core, buyer, { cartId: cart.id, variantId: variant.id, quantity: 1 });
  begin('checkout');
  const address = {
    firstName: 'Ada',
    lastName: 'Byron',
    line1: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    countryCode: 'GB',
  };
  const wish = { cartId: cart.id, email: 'plans@example.com', shippingAddress: address, payment: { token: 'tok_success' } };
  const input = contract.checkout.complete.input.parse(wish);
  const key = `plans-${cart.id.slice(0, 20)}`;
  await withIdempotency(core, { actor: buyer, endpoint: 'checkout.complete', key, input }, () =>
    completeCheckout(core, buyer, input, { idempotencyKey: key }),
  );
  begin('relay');
  await relayOutbox(core, []);
};

const isPlanned = (text: string): boolean => /^\s*(select|insert|update|delete|with)\b/i.test(text);

/** Writes the generic plan of each statement, which holds for any parameters, in the order they are sent. */
export const writePlans = async (stage: Stage): Promise<void> => {
  const statements = new Map<string, string[]>();
  let current: string[] = [];
  const core = await createCore(
    { ...loadConfig(stage.env), logLevel: 'silent' },
    { applicationName: 'cartwright-plans', onQuery: (text) => current.push(text) },
  );
  await perform(core, stage, (name) => statements.set(name, (current = [])));
  current = [];
  await closeCore(core);
  mkdirSync(folder, { recursive: true });
  for (const [name, texts] of statements) {
    const parts = [`${name}: ${texts.length} statements`];
    for (const text of texts) {
      parts.push('', text.trim());
      if (!isPlanned(text)) continue;
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain (generic_plan, costs off) ${sql.raw(text)}`.execute(stage.core.db);
      parts.push(...rows.map((row) => `    ${row['QUERY PLAN']}`));
    }
    writeFileSync(path.join(folder, `${name}.txt`), `${parts.join('\n')}\n`);
    console.log(`${name}: ${texts.length} statements, see bench/plans/${name}.txt`);
  }
};
