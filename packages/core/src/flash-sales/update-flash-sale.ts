import type { FlashSale, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertWindow } from './create-flash-sale.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { lockAllocations, lockRunningSale } from './sale.locks.ts';

/**
 * Changes a sale that has not ended. Purchases after the response follow the new rules. Throws `VERSION_MISMATCH` when
 * somebody else changed it first, `SALE_STARTED` for a new start of a sale that has begun.
 */
export const updateFlashSale = (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['flashSales']['update']['input']>,
): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(core, async (tx) => {
    const sale = await lockRunningSale(tx, input.saleId);
    if (sale.version !== input.version)
      throw new DomainError('VERSION_MISMATCH', 'Somebody else changed this flash sale after you opened it. Reload it before you save.', {
        details: { version: sale.version },
      });
    if (input.startsAt !== undefined && sale.state !== 'scheduled')
      throw new DomainError('SALE_STARTED', 'The flash sale has started, so its start time cannot be changed.', {
        details: { state: sale.state },
      });
    if (input.startsAt !== undefined || input.endsAt !== undefined)
      await assertWindow(tx, input.startsAt ?? sale.startsAt, input.endsAt ?? sale.endsAt);
    await lockAllocations(tx, sale);
    const { admission } = input;
    await sql`
      update flash_sales set name = coalesce(${input.name ?? null}, name), starts_at = coalesce(${input.startsAt ?? null}::timestamptz, starts_at),
        ends_at = coalesce(${input.endsAt ?? null}::timestamptz, ends_at), payment_window_minutes = coalesce(${input.paymentWindowMinutes ?? null}::int, payment_window_minutes),
        payment_retry_minutes = coalesce(${input.paymentRetryMinutes ?? null}::int, payment_retry_minutes),
        waiting_room = coalesce(${input.waitingRoom ?? null}::boolean, waiting_room), admit_per_second = coalesce(${admission?.maxPerSecond ?? null}::int, admit_per_second),
        minutes_inside = coalesce(${admission?.minutesInside ?? null}::int, minutes_inside), overbooking_basis_points = coalesce(${admission?.overbooking ?? null}::int, overbooking_basis_points),
        version = version + 1, updated_at = now()
      where id = ${sale.id}`.execute(tx.db);
    tx.outbox.add('flash_sale.updated', sale.id, { saleId: sale.id });
    return readFlashSale(tx, sale.id);
  });
};
