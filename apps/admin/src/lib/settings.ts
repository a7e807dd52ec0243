/** What the store has decided about itself. */
import { useQuery } from '@tanstack/react-query';
import { shop } from './shop.ts';

export const settingsQuery = { queryKey: ['settings'], queryFn: () => shop.settings.get({}) };

/** The store's own currency; euros until it is known. */
export const useStoreCurrency = (): string => useQuery(settingsQuery).data?.currency ?? 'EUR';
