/** Work that is done for each payment provider of the shop. */
import type { PaymentProvider } from '@cartwright/contracts';
import { GatewayUnavailable, isDatabaseUnavailable, type Core } from '../kernel/index.ts';

/**
 * Does some work for each provider, one after the other, and returns the sum of what it counts. A failure of one provider is logged with
 * `failure` and does not delay the others.
 */
export const sumOverProviders = async (
  core: Core,
  failure: string,
  work: (provider: PaymentProvider) => Promise<number>,
): Promise<number> => {
  let sum = 0;
  for (const provider of core.gateways.keys())
    try {
      sum += await work(provider);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      core.log[error instanceof GatewayUnavailable ? 'warn' : 'error']({ err: error, provider }, failure);
    }
  return sum;
};
