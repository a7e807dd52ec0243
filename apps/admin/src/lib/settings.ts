/** The settings of the store. */
import { useQuery } from '@tanstack/react-query';
import { shop } from './shop.ts';

export const settingsQuery = { queryKey: ['settings'], queryFn: () => shop.settings.get({}) };

/** The currency of the store; EUR while the settings are loading. */
export const useStoreCurrency = (): string => useQuery(settingsQuery).data?.currency ?? 'EUR';
