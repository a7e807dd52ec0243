/**
 * The ids of places. A feed that has shown no event yet resumes by such an id; others resume by the id of their last event. The shop signs
 * them, so that a place is always one that it gave.
 */
import { isSameToken, type Sealer } from '../kernel/index.ts';
import { oldestHidden, type Moment } from './feed.place.ts';

/** Room for about 300 open transactions; the id must fit into the URL of a request. */
const maxLength = 1_000;
/** A hexadecimal number of at most so many digits. */
const hex = (digits: number): string => `[1-9a-f][\\da-f]{0,${digits - 1}}`;
const form = new RegExp(`^at-(${hex(12)})(?:-(${hex(16)}-${hex(8)}-${hex(12)}))?\\.(${hex(16)}(?:\\.${hex(16)})*)$`);

type Signer = Pick<Sealer, 'derive'>;
const signatureLength = 32;
const signatureOf = (sealer: Signer, place: string): string => sealer.derive('feed-place-v1', place).slice(0, signatureLength);

/** The id of a place, as the shop signs it. */
export const signPlace = (sealer: Signer, place: string): string => `${place}-${signatureOf(sealer, place)}`;

/**
 * Writes a moment as text: `at-`, then in hexadecimal when it was, the system identifier, the timeline and the last recovery of the server,
 * the end of its snapshot, and how far each open transaction lies below the one before; then the signature. If too many are open to name
 * each, the place is that of the oldest: a feed that resumes there may also show what was committed shortly before, and leaves nothing out.
 */
export const placeIdOf = (sealer: Signer, moment: Moment): string => {
  const down = [moment.end, ...[...moment.open].toSorted((a, b) => (a < b ? 1 : -1))];
  const steps = down.slice(1).map((one, i) => (down[i] ?? one) - one);
  const server = moment.server === null ? '' : `-${moment.server}`;
  const place = `at-${moment.at.toString(16)}${server}.${[moment.end, ...steps].map((part) => part.toString(16)).join('.')}`;
  return place.length + 1 + signatureLength <= maxLength
    ? signPlace(sealer, place)
    : placeIdOf(sealer, { ...moment, end: oldestHidden(moment), open: new Set() });
};

/** The moment that an id names, or null if the shop did not give it. */
export const readPlaceId = (sealer: Signer, id: string): Moment | null => {
  const cut = id.lastIndexOf('-');
  const place = id.slice(0, Math.max(0, cut));
  if (id.length > maxLength || !isSameToken(id.slice(cut + 1), signatureOf(sealer, place))) return null;
  const [, at = '', server = null, rest = ''] = form.exec(place) ?? [];
  const [end, ...steps] = rest.split('.').map((part) => BigInt(`0x${part || '0'}`));
  if (!end) return null;
  const open = new Set<bigint>();
  let last = end;
  for (const step of steps) open.add((last -= step));
  return last > 0n ? { at: Number.parseInt(at, 16), end, open, server } : null;
};
