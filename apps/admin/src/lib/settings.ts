/** The settings of the store. */
import { shop } from './shop.ts';

export const settingsQuery = { queryKey: ['settings'], queryFn: () => shop.settings.get({}) };
