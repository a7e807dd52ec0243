/** `cartwright consumers`: lists the event consumers, and removes those that no worker handles any more. */
import { consumers } from '@cartwright/core/composition';
import { listConsumers, retireConsumer } from '@cartwright/core/events';
import { system } from '@cartwright/core/kernel';
import { assertNoMoreArguments, readArguments, UsageError, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- consumers list [--json]
       npm run cartwright -- consumers retire <name> [--event <event> ...] [--json]

list shows every registered event consumer and the number of its waiting events. Exits with 1 when a consumer has no worker.
retire removes a consumer that no worker handles, with its waiting events. With --event it removes only these events from
the consumer, even while a worker handles the consumer, unless this version handles the event.`;

const actor = system('cli');

const list = async (io: Io, json: boolean): Promise<ExitCode> => {
  const { items } = await withShop(io, (core) => listConsumers(core, actor));
  const exitCode = items.some((consumer) => consumer.absent) ? 1 : 0;
  if (json) {
    io.say(JSON.stringify({ consumers: items }));
    return exitCode;
  }
  for (const { name, absent, pendingCount, deadCount, lastSeenAt } of items)
    io.say(
      `${name}: ${absent ? `no worker has handled it since ${lastSeenAt}` : 'handled by a worker'}, ` +
        `waiting events: ${pendingCount}, dead events: ${deadCount}`,
    );
  if (items.length === 0) io.say('No consumer is registered. A worker registers its consumers when it starts.');
  return exitCode;
};

const retire = async (io: Io, name: string, events: readonly string[] | undefined, json: boolean): Promise<ExitCode> => {
  const retired = await withShop(io, (core) => retireConsumer(core, actor, { name, events, current: consumers }));
  if (json) io.say(JSON.stringify(retired));
  else io.say(`Removed ${events ? `${events.join(', ')} from ${name}` : name}. Dropped waiting events: ${retired.droppedDeliveries}.`);
  return 0;
};

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, {
    event: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  });
  const [action, name, ...more] = positionals;
  assertNoMoreArguments(more);
  if (action === 'list' && name === undefined && !values.event) return list(io, values.json);
  if (action === 'retire' && name !== undefined) return retire(io, name, values.event, values.json);
  throw new UsageError(action === 'retire' ? 'The name of the consumer is missing' : 'Expected: list, or retire <name>');
};

/** `cartwright consumers`: the event consumers. */
export const consumersCommand: Command = {
  name: 'consumers',
  summary: 'list the event consumers, and retire those that no worker handles',
  help,
  run,
};
