/** The settings of the shop. */
import { shop } from './shop.ts';

export const settingsQuery = { queryKey: ['settings'], queryFn: () => shop.settings.get({}) };
