/** Too few units of a variant: one sentence and one error for it, wherever units are wanted. */
import type { VariantId } from '@cartwright/contracts';
import { counted, DomainError, type Reader } from '../kernel/index.ts';
import { readVariantNames } from '../read-models/variant-names.ts';

/** The wanted and the available units of a variant. */
export interface Shortage {
  readonly variantId: VariantId;
  readonly requested: number;
  /** Below 0 counts as 0. */
  readonly available: number;
}
/** How a variant is named to people. */
export interface VariantName {
  readonly productName: string;
  /** Empty for a product with one variant. */
  readonly variantTitle: string;
  readonly sku: string;
}

const nameOf = ({ productName, variantTitle, sku }: VariantName): string =>
  `${productName}${variantTitle === '' ? '' : ` – ${variantTitle}`} (SKU ${sku})`;

/** The sentence: `Only 2 units of Mug – Blue (SKU MUG-2) are available, but 3 were requested.` */
export const shortageText = (
  name: VariantName | undefined,
  { requested, available }: Omit<Shortage, 'variantId'>,
  where = 'available',
): string => {
  const units = available > 0 ? `Only ${counted(available, 'unit')}` : 'No units';
  const verb = available === 1 ? 'is' : 'are';
  const variant = name ? nameOf(name) : 'this variant';
  return `${units} of ${variant} ${verb} ${where}, but ${requested} ${requested === 1 ? 'was' : 'were'} requested.`;
};

/** The error `INSUFFICIENT_STOCK`. */
export const insufficientStock = (
  name: VariantName | undefined,
  { variantId, requested, available }: Shortage,
  where?: string,
): DomainError =>
  new DomainError('INSUFFICIENT_STOCK', shortageText(name, { requested, available }, where), {
    details: { variantId, requested, available: Math.max(0, available) },
  });

/** The error of each shortage, with the name of its variant. One statement, none without shortages. */
export const refuseShortages = async (
  reader: Pick<Reader, 'db'>,
  shortages: readonly Shortage[],
  where?: string,
): Promise<DomainError[]> => {
  if (shortages.length === 0) return [];
  const names = new Map<string, VariantName>();
  for (const { id, ...name } of await readVariantNames(
    reader,
    shortages.map(({ variantId }) => variantId),
  ))
    names.set(id, name);
  return shortages.map((shortage) => insufficientStock(names.get(shortage.variantId), shortage, where));
};

/** `refuseShortages` for one: throws the error. */
export const refuseShortage = async (reader: Pick<Reader, 'db'>, shortage: Shortage, where?: string): Promise<never> => {
  const [error] = await refuseShortages(reader, [shortage], where);
  throw error ?? insufficientStock(undefined, shortage, where);
};
