/** Staff's changes of the units on hand: by a difference, or to a counted number. */
import type { ShopContract, StockLevel, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { actorName, DomainError, requireScope, transact, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readStockLevel } from './inventory.queries.ts';
import { announceCrossings } from './stock.events.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { LockedStock } from './stock.locks.ts';

type C = ShopContract['inventory'];

/** Adds or takes away units. Throws `STOCK_BELOW_RESERVED` when fewer would be left than are spoken for. */
export const adjustStock = (core: Core, actor: Actor, input: z.output<C['adjust']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transactOnce(core, { answers: true }, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    await changeOnHand(tx, actor, stock, input.delta, input.delta > 0 ? 'received' : 'adjusted', input.reason, input);
    return readStockLevel(tx, input.variantId);
  });
};

/** Sets the units on hand. Throws `VERSION_MISMATCH` when the level moved since it was read. */
export const setStock = (core: Core, actor: Actor, input: z.output<C['set']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    if (stock.version !== input.version)
      throw new DomainError('VERSION_MISMATCH', 'The stock has changed since you looked. Look again before you set it.', {
        details: { version: stock.version, onHand: stock.onHand },
      });
    await changeOnHand(tx, actor, stock, input.onHand - stock.onHand, 'adjusted', input.reason, input);
    return readStockLevel(tx, input.variantId);
  });
};

/** Sets from where a variant counts as low, and how far it may be sold ahead of its delivery. */
export const configureStock = (core: Core, actor: Actor, input: z.output<C['configure']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    const reorderThreshold = input.reorderThreshold ?? stock.reorderThreshold;
    const backorderLimit = input.backorderLimit ?? stock.backorderLimit;
    const free = stock.onHand - stock.reserved;
    if (backorderLimit < stock.backorderLimit && free + backorderLimit < 0)
      throw new DomainError('STOCK_BELOW_RESERVED', `${-free} units are sold ahead already; the limit cannot go below that.`, {
        details: { onHand: stock.onHand, reserved: stock.reserved, requested: backorderLimit },
      });
    await sql`
      update stock_levels set reorder_threshold = ${reorderThreshold}, backorder_limit = ${backorderLimit}, version = version + 1, updated_at = now()
      where variant_id = ${stock.variantId}`.execute(tx.db);
    announceCrossings(tx, stock, free, free, { reorderThreshold, backorderLimit });
    return readStockLevel(tx, input.variantId);
  });
};

const lockOne = async (tx: Tx, variantId: string): Promise<LockedStock> => {
  const stock = (await lockFreedStock(tx, [variantId])).get(variantId);
  if (!stock) throw new Error('lockStock answered without the row it locked');
  return stock;
};

/**
 * Tx step: moves the counter of a locked row and writes the ledger. Does nothing for a difference of 0.
 * Throws `STOCK_BELOW_RESERVED` when fewer units would be left than are promised, unless it is told to
 * `force` the truth: nobody can buy then until the shortage is made up.
 */
export const changeOnHand = async (
  tx: Tx,
  actor: Actor,
  stock: LockedStock,
  delta: number,
  kind: 'received' | 'adjusted',
  reason: string,
  { force = false }: { readonly force?: boolean | undefined } = {},
): Promise<void> => {
  if (delta === 0) return;
  const onHand = stock.onHand + delta;
  const short = Math.max(0, stock.reserved - onHand - stock.backorderLimit);
  // What only makes a known shortage smaller is never refused.
  if (short > 0 && delta < 0 && !force)
    throw new DomainError(
      'STOCK_BELOW_RESERVED',
      `${stock.reserved} units are held by carts and orders; stock cannot go below that without force.`,
      {
        details: { onHand: stock.onHand, reserved: stock.reserved, requested: onHand },
      },
    );
  await sql`update stock_levels set on_hand = ${onHand}, forced_short = ${short}, version = version + 1, updated_at = now() where variant_id = ${stock.variantId}`.execute(
    tx.db,
  );
  await tx.db
    .insertInto('stock_movements')
    .values({ id: tx.ids.next(), variant_id: stock.variantId, kind, quantity: delta, reason, actor: actorName(actor) })
    .execute();
  tx.outbox.add('stock.updated', stock.variantId, { variantId: stock.variantId, onHand, delta, reason });
  announceCrossings(tx, stock, stock.onHand - stock.reserved, onHand - stock.reserved);
};

/** Tx step for new variants: opens their stock rows with what is there at the start. */
export const openStock = async (
  tx: Tx,
  actor: Actor,
  opening: readonly { variantId: VariantId; onHand: number }[],
  reason: string,
): Promise<void> => {
  if (opening.length === 0) return;
  await tx.db
    .insertInto('stock_levels')
    .values(opening.map((o) => ({ variant_id: o.variantId, on_hand: o.onHand })))
    .execute();
  const stocked = opening.filter((o) => o.onHand > 0);
  if (stocked.length > 0)
    await tx.db
      .insertInto('stock_movements')
      .values(
        stocked.map((o) => ({
          id: tx.ids.next(),
          variant_id: o.variantId,
          kind: 'received' as const,
          quantity: o.onHand,
          reason,
          actor: actorName(actor),
        })),
      )
      .execute();
};
