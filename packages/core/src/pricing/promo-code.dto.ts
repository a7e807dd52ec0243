/** Row -> contract shape, for staff. */
import { promoCodeSchema, type PromoCode } from '@cartwright/contracts';
import { PromoCode as PromoCodeEntity } from '@cartwright/db';
import { storedRecord } from '../kernel/index.ts';

export type PromoCodeTerms = Omit<PromoCode, 'id' | 'code' | 'usedCount' | 'batchId' | 'version' | 'createdAt'>;

const stored = storedRecord(PromoCodeEntity, promoCodeSchema);

export type PromoCodeRow = Parameters<typeof stored.of>[0];

/** SQL: the columns of a `PromoCodeRow`. */
export const promoCodeColumns = stored.columns();

/** Row -> contract shape. */
export const toPromoCode = (row: PromoCodeRow): PromoCode => stored.of(row);
