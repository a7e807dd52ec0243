/** The link in the buyer's mail: it outlives every single page of a provider, and gives access to the payment of one edit only. */
import { timingSafeEqual } from 'node:crypto';
import type { OrderEditId } from '@cartwright/contracts';
import type { Core, Tx } from '../kernel/index.ts';

const proofOf = ({ sealer }: Pick<Core | Tx, 'sealer'>, editId: string): string => sealer.derive('edit-link-v1', editId);

/** The link on which a buyer pays an edit. Anybody with the link can pay and sees the amount only. */
export const editLink = (core: Pick<Core | Tx, 'sealer' | 'config'>, editId: OrderEditId): string =>
  `${core.config.publicUrl}/pay/${editId}.${proofOf(core, editId)}`;

/** The edit of a link token; null for a token that the shop did not create. */
export const editOfLink = (core: Pick<Core, 'sealer'>, token: string): string | null => {
  const [editId = '', proof = ''] = token.split('.');
  const expected = Buffer.from(proofOf(core, editId));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected) ? editId : null;
};
