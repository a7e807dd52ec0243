import { transact, type Core, type Tx } from '../kernel/index.ts';
import { lockEntries } from './search-entry.locks.ts';
import { insertWordsOf, refreshInStock, takeQueued } from './search-entry.store.ts';

const batch = 1_000;

/**
 * Processes the changes that triggers have queued: the stock flag of products that sold out or came back into stock,
 * and the words of new and changed products. Returns how many entries were processed; several workers may run it at
 * once.
 */
export const emptySearchQueue = async (core: Core): Promise<number> => {
  let total = 0;
  for (;;) {
    const { taken } = await transact(core, { forgets: ({ flipped }) => (flipped ? ['search'] : []) }, takeBatch);
    if (taken === 0) return total;
    total += taken;
  }
};

const takeBatch = async (tx: Tx): Promise<{ readonly taken: number; readonly flipped: boolean }> => {
  const queued = await takeQueued(tx, batch);
  const ids = [...new Set(queued)].toSorted();
  if (ids.length === 0) return { taken: 0, flipped: false };
  await insertWordsOf(tx, ids);
  await lockEntries(tx, ids);
  return { taken: queued.length, flipped: (await refreshInStock(tx, ids)) > 0 };
};
