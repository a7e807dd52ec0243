/** Orders and products that the command palette finds for a typed text, by the search of their lists. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { money, unreadable } from './format.ts';
import { shop } from './shop.ts';
import { statusLabel } from './status-words.ts';

export interface Found {
  readonly kind: 'order' | 'product';
  readonly id: string;
  readonly label: string;
  readonly about: string;
}

const mostOfAKind = 5;
/** A single character is a whole word of a product's name, such as `8` or `☆`, but a part of too many orders. */
const shortestOfOrders = 2;

const findOrders = async (q: string): Promise<Found[]> => {
  const { items } = await shop.orders.list({ q, pageSize: mostOfAKind });
  return items.map(({ id, orderNumber, label, customer, totalCents, currency }) => ({
    kind: 'order',
    id,
    label: orderNumber,
    about: `${customer.name ?? unreadable} · ${label} · ${money(totalCents, currency)}`,
  }));
};

type Listed = Awaited<ReturnType<typeof shop.products.list>>['items'][number];
const stockOf = ({ available, tracked, inStock }: Listed): string => {
  if (!tracked) return 'not tracked';
  return inStock && available === 0 ? 'can be bought' : `${available.toLocaleString('en')} available`;
};

const findProducts = async (q: string): Promise<Found[]> => {
  const { items } = await shop.products.list({ q, sort: 'relevance', pageSize: mostOfAKind });
  return items.map((item) => ({
    kind: 'product',
    id: item.id,
    label: item.name,
    about: `${statusLabel(item.status)} · ${stockOf(item)}`,
  }));
};

/** A search without the right to it finds nothing; the other one still answers. */
const resultsOf = async (searches: readonly Promise<Found[]>[]): Promise<Found[]> => {
  const outcomes = await Promise.allSettled(searches);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
};

const nothing: readonly Found[] = [];

/** What the text finds. Empty until the search of exactly this text has answered: Enter must not open what an earlier text found. */
export const useFound = (text: string): readonly Found[] => {
  const [q] = useDebouncedValue(text, 150);
  const query = useQuery({
    queryKey: ['palette', q],
    queryFn: () => resultsOf([...(q.length >= shortestOfOrders ? [findOrders(q)] : []), findProducts(q)]),
    enabled: q !== '',
  });
  return q === text ? (query.data ?? nothing) : nothing;
};
