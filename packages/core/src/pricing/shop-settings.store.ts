/** Writes `store_settings`, by its entity. */
import type { ShopSettings as Settings } from '@cartwright/contracts';
import type { ShopSettings } from '@cartwright/db';
import { databaseNow, type LockedEntity, type Tx } from '../kernel/index.ts';

/** Tx step: changes the given settings of the locked row and increases its version. */
export const changeShopSettings = async (
  tx: Tx,
  settings: LockedEntity<typeof ShopSettings>,
  changes: Partial<Omit<Settings, 'version' | 'updatedAt'>>,
): Promise<void> => {
  const { searchLanguage = settings.searchLanguage } = changes;
  const searchLanguageChanges = settings.searchLanguageChanges + (searchLanguage === settings.searchLanguage ? 0 : 1);
  tx.em.assign(settings, { ...changes, searchLanguageChanges, updatedAt: databaseNow() });
  await tx.em.flush();
  await tx.em.refresh(settings);
};
