/** Charges of the sandbox provider: their outcome by token, and the page on which the buyer confirms one. */
import type { Currency } from '@cartwright/contracts';
import {
  GatewayUnavailable,
  type ChargeOutcome,
  type ChargeRequest,
  type Ids,
  type ReadOnlyDb,
  type WriteStatement,
} from '../../kernel/index.ts';
import { decideCharge, insertSandboxCharge, type SandboxChargeRow } from './sandbox.store.ts';

/** What the sandbox provider needs to keep its records. */
export interface SandboxCharges {
  readonly db: ReadOnlyDb;
  readonly write: WriteStatement;
  readonly ids: Ids;
  /** The shop's public address, below which the sandbox's page is. */
  readonly publicUrl: string;
}

/** How a charge is looked up: by its reference, or by the key of a request whose answer was lost. */
interface ChargeLookup {
  readonly idempotencyKey: string;
  readonly reference: string | null;
}

/** Where the buyer confirms a charge, below the shop's public address. */
const sandboxPagePath = (reference: string): string => `/sandbox/payments/${reference}`;

/** The outcome of a charge. */
export const outcomeOfCharge = ({ reference, amountCents, currency, status }: SandboxChargeRow, publicUrl: string): ChargeOutcome => {
  if (status === 'action') return { status, reference, url: `${publicUrl}${sandboxPagePath(reference)}`, clientSecret: null };
  if (status === 'captured') return { status, reference, capturedCents: amountCents, currency };
  if (status === 'declined') return { status, reference, code: 'card_declined', message: 'The card was declined.' };
  return { status, reference };
};

const statusOf = (token: string): SandboxChargeRow['status'] => {
  if (token === 'tok_late') return 'pending';
  if (token === 'tok_3ds') return 'action';
  return token === 'tok_success' || token === 'tok_timeout' || token === 'tok_once' ? 'captured' : 'declined';
};

/** Makes a charge. For a key that was used before, returns its charge. */
const makeCharge = async (
  { write, ids }: SandboxCharges,
  request: Omit<ChargeRequest, 'token'>,
  status: SandboxChargeRow['status'],
): Promise<SandboxChargeRow> => {
  const { amountCents, currency } = request;
  const charge = await write((tx) => insertSandboxCharge(tx, `sbx_${ids.next()}`, request, status));
  if (charge.amountCents !== amountCents || charge.currency !== currency)
    throw new GatewayUnavailable('sandbox: this key was used for a charge over another amount');
  return charge;
};

/** Makes a charge with the outcome of its token, once per idempotency key. */
export const chargeToken = async (sandbox: SandboxCharges, request: ChargeRequest): Promise<ChargeOutcome> => {
  const charge = await makeCharge(sandbox, request, statusOf(request.token));
  if (request.token === 'tok_timeout') throw new GatewayUnavailable('sandbox: the answer was lost');
  const outcome = outcomeOfCharge(charge, sandbox.publicUrl);
  const isKnown = outcome.status !== 'declined' || request.token === 'tok_decline';
  return isKnown ? outcome : { ...outcome, message: unknownToken };
};

/** Why a charge was declined whose token is none of the sandbox, for the staff. */
const unknownToken =
  'The sandbox does not know the token of this payment. It accepts tok_success, tok_decline, tok_timeout, tok_late, tok_3ds and tok_once.';

/** Makes a charge that waits until the buyer has decided on the sandbox's page. */
export const openPage = async (sandbox: SandboxCharges, request: Omit<ChargeRequest, 'token'>): Promise<ChargeOutcome> =>
  outcomeOfCharge(await makeCharge(sandbox, request, 'action'), sandbox.publicUrl);

const findRow = async ({ db }: SandboxCharges, { idempotencyKey, reference }: ChargeLookup): Promise<SandboxChargeRow | null> => {
  const row = await db
    .selectFrom('sandbox_charges')
    .select(['reference', 'amountCents', 'currency', 'status'])
    .where((eb) => eb.or([eb('idempotencyKey', '=', idempotencyKey), eb('reference', '=', eb.val(reference))]))
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirst();
  return row ?? null;
};

/** Decides an open charge, unless another call has decided it; returns the outcome. */
const resolve = async (sandbox: SandboxCharges, charge: SandboxChargeRow, status: 'captured' | 'voided'): Promise<ChargeOutcome> => {
  const { reference } = charge;
  const decided = await sandbox.write((tx) => decideCharge(tx, reference, ['pending', 'action'], status));
  return outcomeOfCharge(decided ?? (await findRow(sandbox, { idempotencyKey: '', reference })) ?? charge, sandbox.publicUrl);
};

/** The outcome of a charge; null when the sandbox knows none. A late charge is captured by this query. */
export const findCharge = async (sandbox: SandboxCharges, lookup: ChargeLookup): Promise<ChargeOutcome | null> => {
  const charge = await findRow(sandbox, lookup);
  return charge && (charge.status === 'pending' ? resolve(sandbox, charge, 'captured') : outcomeOfCharge(charge, sandbox.publicUrl));
};

/** Cancels a charge unless it was already decided; returns its outcome, null when the sandbox knows none. */
export const cancelCharge = async (sandbox: SandboxCharges, lookup: ChargeLookup): Promise<ChargeOutcome | null> => {
  const charge = await findRow(sandbox, lookup);
  const isOpen = charge?.status === 'pending' || charge?.status === 'action';
  return charge && (isOpen ? resolve(sandbox, charge, 'voided') : outcomeOfCharge(charge, sandbox.publicUrl));
};
