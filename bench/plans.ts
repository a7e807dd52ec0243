/**
 * `pnpm bench plans`: writes PostgreSQL's plan of every statement of the hot operations, one file for each operation. For this checkout
 * only.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contract } from '@cartwright/contracts';
import { addCartItem, addCartItems, createCart } from '@cartwright/core/carts';
import { getProduct, listProducts } from '@cartwright/core/catalog';
import { completeCheckout } from '@cartwright/core/checkout';
import { closeCore, createCore } from '@cartwright/core/composition';
import { relayOutbox } from '@cartwright/core/events';
import { loadConfig, withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';
import { searchProducts } from '@cartwright/core/search';
import { must } from './checks.ts';
import { anAddress } from './stage/purchase.ts';
import type { Stage } from './stage/stage.parts.ts';

const folder = path.join(import.meta.dirname, 'plans');

const guest: Actor = { kind: 'guest', cartToken: null };

/** Buys one unit of each variant. Calls `begin` with the name of each step. */
const purchase = async (core: Core, variantIds: readonly string[], begin: (step: string) => void): Promise<void> => {
  begin('create-cart');
  const { cart, cartToken } = await createCart(core, guest, contract.carts.create.input.parse({ countryCode: anAddress.countryCode }));
  const buyer: Actor = { kind: 'guest', cartToken };
  const [first, ...others] = variantIds.map((variantId) => ({ variantId, quantity: 1 }));
  begin('add-to-cart');
  await addCartItem(core, buyer, contract.carts.addItem.input.parse({ cartId: cart.id, ...first }));
  begin('add-items');
  await addCartItems(core, buyer, contract.carts.addItems.input.parse({ cartId: cart.id, items: others }));
  begin('checkout');
  const input = contract.checkout.complete.input.parse({
    cartId: cart.id,
    email: 'buyer@example.com',
    shippingAddress: anAddress,
    payment: { token: 'tok_success' },
    acceptAnyTotal: true,
  });
  const key = `bench-${cart.id.slice(0, 30)}`;
  await withIdempotency(core, { actor: buyer, endpoint: 'checkout.complete', key, input }, (own) =>
    completeCheckout(own, buyer, input, { idempotencyKey: key }),
  );
};

/** Runs the operations one after the other, each announcing its name before its first statement. */
const perform = async (core: Core, { products }: Stage, begin: (name: string) => void): Promise<void> => {
  begin('list');
  await listProducts(core, guest, contract.products.list.input.parse({ pageSize: 20, page: 8 }));
  begin('detail');
  await getProduct(core, guest, { id: products[0]?.slug ?? '' });
  begin('search');
  await searchProducts(core, guest, contract.search.products.input.parse({ q: 'oak lamp', maxPriceCents: 50_000 }));
  await purchase(
    core,
    products.slice(0, 3).map(({ variants }) => variants[0]?.id ?? ''),
    begin,
  );
  begin('relay');
  await relayOutbox(core);
};

const isPlanned = (text: string): boolean => /^\s*(select|insert|update|delete|with)\b/i.test(text);

/** Writes the generic plan of each statement, which is valid for any parameters, in the order of execution. */
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
    must(texts.length > 0, `${name} sent no statement`);
    const parts = [`${name}: ${texts.length} statements`];
    for (const text of texts) {
      parts.push('', text.trim());
      if (!isPlanned(text)) continue;
      const rows = await stage.query<{ 'QUERY PLAN': string }>(`explain (generic_plan, costs off) ${text}`);
      parts.push(...rows.map((row) => `    ${row['QUERY PLAN']}`));
    }
    writeFileSync(path.join(folder, `${name}.txt`), `${parts.join('\n')}\n`);
    console.log(`${name}: ${texts.length} statements, see bench/plans/${name}.txt`);
  }
};
