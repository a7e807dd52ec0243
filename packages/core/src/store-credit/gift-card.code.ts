/** The code of a gift card: made, read as typed, and hashed. It is money for whoever has it, so it is nowhere in clear. */
import { randomCode, type Ids, type Reader } from '../kernel/index.ts';

export interface NewCode {
  /** For people: four groups of four. */
  readonly code: string;
  readonly lastFour: string;
}

/** 80 random bits. */
export const newGiftCardCode = (ids: Ids): NewCode => {
  const plain = randomCode(ids);
  return { code: plain.match(/.{4}/g)?.join('-') ?? plain, lastFour: plain.slice(-4) };
};

/** As people type it: in small letters, without or with other hyphens, an O for a zero, an I or an L for a one. */
const plainOf = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');

/** The keyed hash by which a code is found: nobody can test codes with the database alone. */
export const hashGiftCardCode = ({ sealer }: Pick<Reader, 'sealer'>, typed: string): string =>
  sealer.derive('gift-card-v1', plainOf(typed));
