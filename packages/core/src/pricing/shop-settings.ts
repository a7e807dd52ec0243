/** The settings of the whole shop. */
import { definedFields, shopSettingsSchema, type ShopContract, type ShopSettings } from '@cartwright/contracts';
import { ShopSettings as ShopSettingsEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { requireScope, storedRecord, transact, versionMismatch, type Actor, type Core } from '../kernel/index.ts';
import { lockSettings } from './pricing.locks.ts';
import { changeShopSettings } from './shop-settings.store.ts';

const stored = storedRecord(ShopSettingsEntity, shopSettingsSchema);

/** The settings of the shop, for staff who may see prices. */
export const getShopSettings = async ({ db }: Core, actor: Actor): Promise<ShopSettings> => {
  requireScope(actor, 'pricing:read');
  const { rows } = await sql<Parameters<typeof stored.of>[0]>`select ${stored.columns()} from store_settings where id = 1`.execute(db);
  if (!rows[0]) throw new Error('The shop settings row is missing');
  return stored.of(rows[0]);
};

/** Changes the given settings and writes the old and new values to the audit log. Throws `VERSION_MISMATCH`. */
export const updateShopSettings = (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['settings']['update']['input']>,
): Promise<ShopSettings> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const settings = await lockSettings(tx);
    const { version, ...changes } = input;
    if (settings.version !== version) throw versionMismatch('the settings', version, settings.version);
    const before = stored.of(settings);
    const { currencies } = changes;
    await changeShopSettings(tx, settings, definedFields({ ...changes, currencies: currencies && [...new Set(currencies)] }));
    const after = stored.of(settings);
    await writeAudit(tx, actor, { action: 'settings.update', subjectType: 'store_settings', subjectId: '1', before, after });
    tx.outbox.add('pricing.changed', tx.ids.next(), { variantIds: [] });
    return after;
  });
};
