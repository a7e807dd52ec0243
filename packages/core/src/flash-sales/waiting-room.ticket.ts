/**
 * Tickets of the waiting room: place, number and buyer, signed for one sale. A changed ticket is invalid, and a ticket
 * of another buyer cannot be used to buy; neither check reads the database.
 */
import { timingSafeEqual } from 'node:crypto';
import { DomainError, type Sealer } from '../kernel/index.ts';

/** The content of a ticket. */
export interface Ticket {
  readonly placeId: string;
  /** Order of arrival. A new place has another number, which makes old tickets of the buyer invalid. */
  readonly number: number;
  /** Keyed hash of the buyer it was given to. */
  readonly identity: string;
}

const sign = (sealer: Sealer, saleId: string, { placeId, number, identity }: Ticket): string =>
  sealer.derive('waiting-ticket', [saleId, placeId, number, identity].join('|'));

/** `<place>.<number>.<buyer>.<signature>` */
export const writeTicket = (sealer: Sealer, saleId: string, ticket: Ticket): string =>
  [ticket.placeId, ticket.number, ticket.identity, sign(sealer, saleId, ticket)].join('.');

/** Reads a ticket of this sale. Throws `ADMISSION_REQUIRED` for anything else. */
export const readTicket = (sealer: Sealer, saleId: string, ticket: string): Ticket => {
  const [placeId = '', digits = '', identity = '', signature = ''] = ticket.split('.');
  const read = { placeId, number: Number(digits), identity };
  const expected = Buffer.from(sign(sealer, saleId, read));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new DomainError('ADMISSION_REQUIRED', 'This ticket is not valid for this flash sale. Join the waiting room first.');
  return read;
};
