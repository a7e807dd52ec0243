/** A transaction of one statement, which commits by itself: `transact` with `oneStatement`. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { KyselyPlugin } from 'kysely';
import type { Core, Tx } from './core.ts';
import type { Outbox } from './outbox.ts';

const refuse = (what: string): never => {
  throw new Error(`transact with oneStatement runs one statement: ${what}. Leave the option out.`);
};

/**
 * Runs `step` with a `Tx` whose statement commits by itself. For a write that is complete on its own, such as a heartbeat or a claim; it
 * costs one round trip instead of three. A second statement, an event or the entity manager is refused with an error.
 */
export const runStatement = async <T>(core: Core, step: (tx: Tx) => Promise<T>): Promise<T> => {
  let statements = 0;
  const once: KyselyPlugin = {
    transformQuery: ({ node }) => ((statements += 1) > 1 ? refuse('this is a second statement') : node),
    transformResult: async ({ result }) => result,
  };
  const { config, clock, ids, sealer, log, failpoints } = core;
  return step({
    kind: 'tx',
    requestKey: null,
    config,
    clock,
    ids,
    sealer,
    log,
    failpoints,
    db: core.database.kysely.withPlugin(once),
    get outbox(): Outbox {
      return refuse('an event must commit with the change that it announces');
    },
    get em(): EntityManager {
      return refuse('the entity manager flushes several statements');
    },
  });
};
