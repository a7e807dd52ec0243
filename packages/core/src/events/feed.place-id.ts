/** The ids of places. A feed that has shown no event yet resumes by such an id; others resume by the id of their last event. */
import { oldestHidden, type Moment } from './feed.place.ts';

/** Room for about 300 open transactions; the id must fit into the URL of a request. */
const maxLength = 1_000;
const form =
  /^at-([1-9a-f][\da-f]{0,11})(?:-([1-9a-f][\da-f]{0,15}-[1-9a-f][\da-f]{0,7}))?\.([1-9a-f][\da-f]{0,15}(?:\.[1-9a-f][\da-f]{0,15})*)$/;

/**
 * Writes a moment as text: `at-`, then in hexadecimal when it was, the system identifier and the timeline of the server, the end of its
 * snapshot, and how far each open transaction lies below the one before. If too many are open to name each, the place is that of the
 * oldest: a feed that resumes there may also show what was committed shortly before, and leaves nothing out.
 */
export const placeIdOf = (moment: Moment): string => {
  const down = [moment.end, ...[...moment.open].toSorted((a, b) => (a < b ? 1 : -1))];
  const steps = down.slice(1).map((one, i) => (down[i] ?? one) - one);
  const server = moment.server === null ? '' : `-${moment.server}`;
  const id = `at-${moment.at.toString(16)}${server}.${[moment.end, ...steps].map((part) => part.toString(16)).join('.')}`;
  return id.length <= maxLength ? id : placeIdOf({ ...moment, end: oldestHidden(moment), open: new Set() });
};

/** The moment that an id names, or null if it is not the id of a place. Ids that older versions gave name no server. */
export const readPlaceId = (id: string): Moment | null => {
  if (id.length > maxLength) return null;
  const [, at = '', server = null, rest = ''] = form.exec(id) ?? [];
  const [end, ...steps] = rest.split('.').map((part) => BigInt(`0x${part || '0'}`));
  if (!end) return null;
  const open = new Set<bigint>();
  let last = end;
  for (const step of steps) open.add((last -= step));
  return last > 0n ? { at: Number.parseInt(at, 16), end, open, server } : null;
};
