import type { VariantId } from '@cartwright/contracts';
import type { CartTotals } from './engine/engine.result.ts';

interface NamedLine {
  readonly variantId: VariantId;
  readonly productName: string;
}

/** Why no shipping method serves a cart, for its buyer: the weight of its goods is not known, or else the given reason. */
export const whyNotShipped = (
  { unknownWeights }: Pick<CartTotals, 'unknownWeights'>,
  lines: readonly NamedLine[],
  otherwise: string,
): string => {
  const unknown = new Set<string>(unknownWeights);
  const names = [...new Set(lines.filter((line) => unknown.has(line.variantId)).map((line) => line.productName))];
  if (names.length === 0) return otherwise;
  const goods = new Intl.ListFormat('en').format(names);
  return `Shipping there is priced by weight, and the weight of ${goods} is not known. Remove it, or ask the shop for its weight.`;
};
