/** The settings of the whole store. */
import type { ShopContract, StoreSettings } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { DomainError, requireScope, transact, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { lockSettings } from './pricing.locks.ts';

type Row = Omit<StoreSettings, 'updatedAt'> & { readonly updatedAt: Date };

const columns = sql`name, currency, currencies, default_country as "defaultCountry", prices_include_tax as "taxIncluded", shipping_tax_class as "shippingTaxClass",
      low_stock_surcharge as "lowStockSurcharge", price_drift_basis_points as "priceDriftBasisPoints", payment_window_minutes as "paymentWindowMinutes",
      payment_retry_minutes as "paymentRetryMinutes", version, updated_at as "updatedAt"`;

const toSettings = (row: Row | undefined): StoreSettings => {
  if (!row) throw new Error('The store settings row is missing');
  return { ...row, updatedAt: row.updatedAt.toISOString() };
};

const readSettings = async ({ db }: Pick<Reader, 'db'>): Promise<StoreSettings> =>
  toSettings((await sql<Row>`select ${columns} from store_settings where id = 1`.execute(db)).rows[0]);

/** The settings of the store, for staff who may see prices. */
export const getStoreSettings = async (core: Core, actor: Actor): Promise<StoreSettings> => {
  requireScope(actor, 'pricing:read');
  return readSettings(core);
};

/** Changes the given settings and writes the old and new values to the audit log. Throws `VERSION_MISMATCH`. */
export const updateStoreSettings = (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['settings']['update']['input']>,
): Promise<StoreSettings> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const before = toSettings(await lockSettings<Row>(tx, columns));
    const { version, ...changes } = input;
    if (before.version !== version)
      throw new DomainError('VERSION_MISMATCH', 'Somebody else changed the settings after you opened them. Reload them before you save.', {
        details: { version: before.version },
      });
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after: StoreSettings = { ...before, ...given };
    await sql`
      update store_settings set name = ${after.name}, currency = ${after.currency}, currencies = ${[...new Set(after.currencies)]}::text[], default_country = ${after.defaultCountry},
        prices_include_tax = ${after.taxIncluded}, shipping_tax_class = ${after.shippingTaxClass}, low_stock_surcharge = ${after.lowStockSurcharge},
        price_drift_basis_points = ${after.priceDriftBasisPoints}, payment_window_minutes = ${after.paymentWindowMinutes}, payment_retry_minutes = ${after.paymentRetryMinutes},
        version = version + 1, updated_at = now()
      where id = 1`.execute(tx.db);
    const saved = await readSettings(tx);
    await writeAudit(tx, actor, { action: 'settings.update', subjectType: 'store_settings', subjectId: '1', before, after: saved });
    tx.outbox.add('pricing.changed', tx.ids.next(), { variantIds: [] });
    return saved;
  });
};
