/** What the shop announces is shown on every page that is open: lists and figures are read anew when something has changed. */
import type { ShopEventRecord } from '@cartwright/contracts';
import type { QueryKey } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { queryClient } from './queries.ts';
import { shop } from './shop.ts';

/** A rush announces a thousand changes a second; pages are read anew once in this time, in milliseconds. */
const calmMs = 1_000;

const ofOrders: readonly QueryKey[] = [['orders'], ['dashboard']];
const ofGoods: readonly QueryKey[] = [['products'], ['inventory'], ['dashboard']];
const listsOf: Readonly<Record<string, readonly QueryKey[] | undefined>> = {
  order: ofOrders,
  payment: [...ofOrders, ['payment-differences']],
  refund: [...ofOrders, ['payment-differences']],
  return: ofOrders,
  invoice: ofOrders,
  product: ofGoods,
  stock: ofGoods,
  inventory: ofGoods,
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
  for (const tell of watchers) tell();
};
const watch = (tell: () => void): (() => void) => {
  watchers.add(tell);
  return () => watchers.delete(tell);
};

/** How often a list is read anew in any case, in milliseconds: seldom while the shop tells of changes. */
export const useRefetchInterval = (): number => (useSyncExternalStore(watch, () => isLive) ? 60_000 : 15_000);

/** Listens for as long as the frame of the pages is shown. Accounts that may not read events ask from time to time instead. */
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
        timer ??= window.setTimeout(refresh, calmMs);
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
