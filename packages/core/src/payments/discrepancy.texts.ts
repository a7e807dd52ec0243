/** What staff read about a payment discrepancy. */
import type { DiscrepancyRow, DiscrepancySituation } from '../read-models/payment-discrepancies.ts';

const texts: Readonly<Record<DiscrepancySituation, (words: string) => string>> = {
  no_decision: () => 'The provider has not reported yet whether the charge succeeded.',
  unusable_answer: (problem) => `The answer of the provider cannot be used. ${problem}`,
  order_cancelled: () => 'The order is cancelled, and the payment is not refunded in full.',
  paid_another_way: () => 'The order was paid another way, and this payment is not refunded in full.',
  return_unconfirmed: () => 'The provider was asked for a refund and has not confirmed it yet.',
  refunded_wrongly: () => 'The provider refunded a different amount or currency than requested.',
  charged_twice: () => 'The provider charged one payment twice.',
  charged_wrongly: () => 'The provider charged a different amount or currency than requested.',
};

/** The sentence about a discrepancy; without a situation the words of the event or the reason of the refund. */
export const discrepancyText = ({ situation, words }: Pick<DiscrepancyRow, 'situation' | 'words'>): string =>
  situation === null ? (words ?? '') : texts[situation](words ?? '');
