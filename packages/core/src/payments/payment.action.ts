/** What a buyer must do before the provider takes the money. Sealed, because the client secret lets whoever holds it confirm. */
import type { PaymentId } from '@cartwright/contracts';
import type { Core, Tx } from '../kernel/index.ts';

interface StoredAction {
  readonly url: string | null;
  readonly clientSecret: string | null;
}

const place = (paymentId: PaymentId) => ['payments', 'action_sealed', paymentId] as const;

export const sealAction = ({ sealer }: Pick<Core | Tx, 'sealer'>, paymentId: PaymentId, stored: StoredAction): string =>
  sealer.seal(place(paymentId), JSON.stringify(stored));
