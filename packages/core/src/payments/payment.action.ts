/** The action that a buyer must take before the provider charges. Sealed, because anybody with the client secret can confirm. */
import type { PaymentId } from '@cartwright/contracts';
import { z } from 'zod';
import { createFieldReader, type Core, type Tx } from '../kernel/index.ts';

const action = z.object({ url: z.string().nullable(), clientSecret: z.string().nullable() });
type StoredAction = z.infer<typeof action>;

const place = (paymentId: PaymentId) => ['payments', 'action_sealed', paymentId] as const;

/** Encrypts what the buyer must do at the provider, bound to the row of its payment. */
export const sealAction = ({ sealer }: Pick<Core | Tx, 'sealer'>, paymentId: PaymentId, stored: StoredAction): string =>
  sealer.seal(place(paymentId), JSON.stringify(stored));

/**
 * The action that the buyer must take. When it cannot be read, it has neither URL nor secret; reconciliation reads it
 * again from the provider.
 */
export const openAction = ({ sealer }: Pick<Core | Tx, 'sealer'>, paymentId: PaymentId, sealed: string): StoredAction =>
  createFieldReader(sealer).json('action', place(paymentId), sealed, action) ?? { url: null, clientSecret: null };
