/** The function of each scheduled task of the catalogue. */
import { rotateSigningKey } from '@cartwright/core/accounts';
import { announceAbandonedCarts } from '@cartwright/core/carts';
import { publishDueProducts, purgeDeletedProducts } from '@cartwright/core/catalog';
import { purgeImportFiles, runImport } from '@cartwright/core/imports';
import { expireOrders } from '@cartwright/core/order-cancellations';
import { catchUpConsumers, findStaleDeliveries, relayOutbox } from '@cartwright/core/events';
import { admitEverywhere, endOverdueSales } from '@cartwright/core/flash-sales';
import { expireCartHolds } from '@cartwright/core/inventory';
import type { TaskName } from '@cartwright/core/jobs';
import { forgetIdempotencyKeys, forgetLimitCounters, type Core } from '@cartwright/core/kernel';
import { findStaleNotifications } from '@cartwright/core/notifications';
import { checkSealedValues } from '@cartwright/core/operations';
import { advanceEdits } from '@cartwright/core/order-edits';
import { catchUpGatewayEvents, reconcilePayments, reconcileRecords, retryGatewayEvents } from '@cartwright/core/payments';
import { writeOffOverdueReturns } from '@cartwright/core/returns';
import { emptySearchQueue, refreshTrends, runReindex } from '@cartwright/core/search';
import { expireCredits } from '@cartwright/core/store-credit';
import { toEventJobs, toMailJobs } from './jobs.ts';
import type { Queues } from './queues.ts';

/** What the tasks of a worker need. */
export interface TaskContext {
  readonly core: Core;
  readonly queues: Pick<Queues, 'add'>;
  /** The consumers that this worker handles. */
  readonly consumers: readonly string[];
  /** A delivery or mail that is pending for longer is queued again. */
  readonly staleAfterSeconds: number;
  /** Called after each read of the outbox. */
  readonly onRelayed: () => void;
  readonly watchConsumers: () => Promise<void>;
}

const relay = async ({ core, queues, onRelayed }: TaskContext): Promise<void> => {
  for (;;) {
    const { relayed, deliveries } = await relayOutbox(core);
    core.failpoints.reach('relay.afterCommit');
    await queues.add('events', toEventJobs(deliveries));
    onRelayed();
    if (relayed === 0) return;
  }
};

const recoverDeliveries = async ({ core, queues, consumers, staleAfterSeconds }: TaskContext): Promise<void> => {
  for (;;) {
    const stale = await findStaleDeliveries(core, consumers, staleAfterSeconds);
    await queues.add('events', toEventJobs(stale));
    if (stale.length === 0) break;
  }
  for (;;) {
    const mails = await findStaleNotifications(core, staleAfterSeconds);
    // One job per mail: the job id is then the same at the next run, so that a mail that is still stale is not queued twice.
    await queues.add(
      'mail',
      mails.flatMap((id) => toMailJobs([id])),
    );
    if (mails.length === 0) return;
  }
};

/** The function of each task. A task of the catalogue without a function does not compile, nor does a function without an entry. */
export const taskFunctions = (context: TaskContext): Record<TaskName, () => Promise<unknown>> => {
  const { core } = context;
  return {
    relay: () => relay(context),
    'recover deliveries': () => recoverDeliveries(context),
    'watch consumers': context.watchConsumers,
    'catch up consumers': () => catchUpConsumers(core),
    'expire holds': () => expireCartHolds(core),
    'admit buyers': () => admitEverywhere(core),
    'end sales': () => endOverdueSales(core),
    'announce abandoned carts': () => announceAbandonedCarts(core),
    'expire orders': () => expireOrders(core),
    'expire gift cards': () => expireCredits(core),
    'advance edits': () => advanceEdits(core),
    'write off returns': () => writeOffOverdueReturns(core),
    'reconcile payments': () => reconcilePayments(core),
    'retry provider events': () => retryGatewayEvents(core),
    'reconcile refunds and disputes': () => reconcileRecords(core),
    'catch up on provider events': () => catchUpGatewayEvents(core),
    'forget idempotency keys': () => forgetIdempotencyKeys(core),
    'forget limit counters': () => forgetLimitCounters(core),
    'rotate signing key': () => rotateSigningKey(core),
    'publish due products': () => publishDueProducts(core),
    'purge deleted products': () => purgeDeletedProducts(core),
    'purge import files': () => purgeImportFiles(core),
    'import products': () => runImport(core),
    'gather search words': () => emptySearchQueue(core),
    'reindex catalogue': () => runReindex(core),
    'check sealed values': () => checkSealedValues(core),
    'refresh trends': () => refreshTrends(core),
  };
};
