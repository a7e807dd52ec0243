import type { ShopContract, StoreCreditId } from '@cartwright/contracts';
import type { z } from 'zod';
import { answerGone, DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readStoreCredit } from './credit.queries.ts';
import { insertGiftCard, moveCredit } from './credit.store.ts';
import { hashGiftCardCode, newGiftCardCode } from './gift-card.code.ts';

type C = ShopContract['storeCredit']['issueGiftCard'];

/**
 * Issues a gift card and returns its code once; only a keyed hash and the last four characters are stored. Throws
 * `INVALID_INPUT` for an expiry in the past.
 */
export const issueGiftCard = (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'store-credit:manage');
  return transact(
    core,
    { once: { answers: true, subject: (made: z.output<C['output']>) => made.credit.id, again: issuedBefore } },
    async (tx) => {
      const creditId = tx.ids.next<StoreCreditId>();
      const { code, lastFour } = newGiftCardCode(tx.ids);
      const { amountCents, currency, expiresAt = null, note = null } = input;
      const codeHash = hashGiftCardCode(tx, code);
      if (!(await insertGiftCard(tx, { id: creditId, codeHash, lastFour, currency, expiresAt, note })))
        throw new DomainError('INVALID_INPUT', 'The expiry of a gift card must be in the future.', {
          fields: [{ path: 'expiresAt', message: 'must be in the future' }],
        });
      await moveCredit(tx, { creditId, kind: 'grant', amountCents, actor, reason: note });
      return { credit: await readStoreCredit(tx, creditId), code };
    },
  );
};

/** A repeat must not issue a second card, and the code of the first one is not stored. */
const issuedBefore = async (tx: Tx, { subject }: { readonly subject: string }): Promise<z.output<C['output']>> => {
  const { lastFour } = await readStoreCredit(tx, subject);
  throw answerGone(
    `The gift card ending in ${lastFour} was issued by an earlier request with this Idempotency-Key. Its code is shown once.`,
  );
};
