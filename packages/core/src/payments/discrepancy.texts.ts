/** What staff read about a payment discrepancy. */
import type { DiscrepancyRow, DiscrepancySituation } from '../read-models/payment-discrepancies.ts';

const texts: Readonly<Record<DiscrepancySituation, (words: string) => string>> = {
  no_decision: (phase) => `no decision: ${phase}`,
  unusable_answer: (problem) => `The answer of the provider cannot be used. ${problem}`,
  order_cancelled: () => 'the order is cancelled',
  paid_another_way: () => 'the order was paid another way',
  return_unconfirmed: () => 'The provider was asked for a refund and has not confirmed it yet.',
  refunded_wrongly: () => 'The provider refunded a different amount or currency than requested.',
  charged_twice: () => 'The provider charged one payment twice.',
  charged_wrongly: () => 'The provider charged a different amount or currency than requested.',
};

/** The sentence about a discrepancy; without a situation the words of the event or the reason of the refund. */
export const discrepancyText = ({ situation, words }: Pick<DiscrepancyRow, 'situation' | 'words'>): string =>
  situation === null ? (words ?? '') : texts[situation](words ?? '');
