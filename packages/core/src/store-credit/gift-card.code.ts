/** The code of a gift card: generated, read as typed, and hashed. Whoever has it can spend the card, so it is never stored in clear. */
import { plainCode, randomCode, type Ids, type Reader } from '../kernel/index.ts';

/** A generated code. */
export interface NewCode {
  /** The readable form: four groups of four. */
  readonly code: string;
  readonly lastFour: string;
}

/** 80 random bits. */
export const newGiftCardCode = (ids: Ids): NewCode => {
  const plain = randomCode(ids);
  return { code: plain.match(/.{4}/g)?.join('-') ?? plain, lastFour: plain.slice(-4) };
};

/** The keyed hash by which a code is found, so that codes cannot be tested with the database alone. */
export const hashGiftCardCode = ({ sealer }: Pick<Reader, 'sealer'>, typed: string): string =>
  sealer.derive('gift-card-v1', plainCode(typed));
