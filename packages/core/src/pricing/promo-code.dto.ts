/** Promo codes as they are stored and shown to staff. */
import { promoCodeSchema, type PromoCode } from '@cartwright/contracts';
import { PromoCode as PromoCodeEntity } from '@cartwright/db';
import { storedRecord } from '../kernel/index.ts';

/** What staff decide about a promo code. */
export type PromoCodeTerms = Omit<PromoCode, 'id' | 'code' | 'usedCount' | 'batchId' | 'version' | 'createdAt'>;

/** A promo code as it is stored and shown. */
export const promoCodeRecord = storedRecord(PromoCodeEntity, promoCodeSchema);
