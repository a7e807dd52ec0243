/** `cartwright consumers`: who is told of events, and the removal of those whom no worker handles any more. */
import { consumers } from '@cartwright/core/composition';
import { listConsumers, retireConsumer } from '@cartwright/core/events';
import { system } from '@cartwright/core/kernel';
import { assertNoMore, readArguments, UsageError, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- consumers list [--json]
       npm run cartwright -- consumers retire <name> [--event <event> ...] [--json]

list shows every registered consumer of events and what waits for it. Exits with 1 when no worker handles one of them.
retire removes a consumer that no worker handles, with the events that wait for it. With --event it takes only
these events from it, also while a worker handles the consumer, unless this version handles the event.`;

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
      `${name}: ${absent ? `no worker has handled it since ${lastSeenAt}` : 'handled by a worker'}, events that wait: ${pendingCount}, that failed: ${deadCount}`,
    );
  if (items.length === 0) io.say('No consumer is registered. A worker registers its consumers when it starts.');
  return exitCode;
};

const retire = async (io: Io, name: string, events: readonly string[] | undefined, json: boolean): Promise<ExitCode> => {
  const retired = await withShop(io, (core) => retireConsumer(core, actor, { name, events, current: consumers }));
  if (json) io.say(JSON.stringify(retired));
  else
    io.say(
      `Removed ${events ? `${events.join(', ')} from ${name}` : name}. Waiting events that were dropped: ${retired.droppedDeliveries}.`,
    );
  return 0;
};

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, {
    event: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  });
  const [action, name, ...more] = positionals;
  assertNoMore(more);
  if (action === 'list' && name === undefined && !values.event) return list(io, values.json);
  if (action === 'retire' && name !== undefined) return retire(io, name, values.event, values.json);
  throw new UsageError(action === 'retire' ? 'Name the consumer to retire' : 'Say list, or retire and a name');
};

export const consumersCommand: Command = {
  name: 'consumers',
  summary: 'list the consumers of events, and retire those that no worker handles',
  help,
  run,
};
