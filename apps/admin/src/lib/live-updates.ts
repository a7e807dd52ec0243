/** Refreshes lists and metrics of the open page when the shop sends an event. */
import type { ShopEventRecord } from '@cartwright/contracts';
import type { QueryKey } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { queryClient } from './queries.ts';
import { shop } from './shop.ts';

/** Minimum time between two refreshes, in milliseconds. A sale can send a thousand events per second. */
const refreshEveryMs = 1_000;

const ofOrders: readonly QueryKey[] = [['orders'], ['dashboard']];
const ofProducts: readonly QueryKey[] = [['products'], ['inventory'], ['dashboard']];
const listsOf: Readonly<Record<string, readonly QueryKey[] | undefined>> = {
  order: ofOrders,
  payment: [...ofOrders, ['payment-discrepancies']],
  refund: [...ofOrders, ['payment-discrepancies']],
  return: ofOrders,
  invoice: ofOrders,
  product: ofProducts,
  stock: ofProducts,
  inventory: ofProducts,
  category: [['categories']],
  flash_sale: [['sales']],
};

/** The queries that an event makes stale. */
export const staleAfter = ({ name, payload }: Pick<ShopEventRecord, 'name' | 'payload'>): readonly QueryKey[] => {
  const facts = new Map(Object.entries(payload));
  const [orderId, productId] = [facts.get('orderId'), facts.get('productId')];
  return [
    ...(listsOf[name.slice(0, name.indexOf('.'))] ?? []),
    ...(orderId
      ? [
          ['order', orderId],
          ['order-payments', orderId],
        ]
      : []),
    ...(productId ? [['product', productId]] : []),
  ];
};

let isLive = false;
const watchers = new Set<() => void>();
const setLive = (now: boolean): void => {
  isLive = now;
  for (const notify of watchers) notify();
};
const watch = (notify: () => void): (() => void) => {
  watchers.add(notify);
  return () => watchers.delete(notify);
};

/** Polling interval of lists, in milliseconds: longer while the live feed is connected. */
export const useRefetchInterval = (): number => (useSyncExternalStore(watch, () => isLive) ? 60_000 : 15_000);

/** Listens to the live feed while the app shell is shown. Accounts without access to events poll instead. */
export const useLiveUpdates = (): void => {
  useEffect(() => {
    const end = new AbortController();
    const stale = new Map<string, QueryKey>();
    let timer: number | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const queryKey of stale.values()) void queryClient.invalidateQueries({ queryKey });
      stale.clear();
    };
    const listen = async (): Promise<void> => {
      const feed = shop.events.live({}, { signal: end.signal });
      setLive(true);
      for await (const event of feed) {
        for (const key of staleAfter(event)) stale.set(JSON.stringify(key), key);
        timer ??= window.setTimeout(refresh, refreshEveryMs);
      }
    };
    listen().then(
      () => setLive(false),
      () => setLive(false),
    );
    return () => {
      window.clearTimeout(timer);
      end.abort();
    };
  }, []);
};
