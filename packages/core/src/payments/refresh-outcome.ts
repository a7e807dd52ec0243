import type { PaymentProvider } from '@cartwright/contracts';
import type { Core, GatewayNotice, NoticeOutcome } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';

/** How the charge of an old event stands by now. What is not about a charge is answered as it is. */
export const refreshOutcome = async (
  core: Core,
  provider: PaymentProvider,
  { paymentId, reference, outcome }: Pick<GatewayNotice, 'paymentId' | 'reference' | 'outcome'>,
): Promise<NoticeOutcome | null> => {
  if (!outcome || outcome.status === 'refund' || outcome.status.startsWith('dispute_')) return outcome;
  const now = await callGateway(core, provider, (gateway) => gateway.findCharge({ idempotencyKey: paymentId ?? '', reference }));
  return now ?? outcome;
};
