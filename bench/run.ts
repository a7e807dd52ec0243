/** `pnpm bench [name ...] [--write]`: see README.md for the names and for how to read the table. */
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { drops } from './drops.ts';
import { events } from './events.ts';
import { quantile } from './load.ts';
import { writePlans } from './plans.ts';
import { reads } from './reads.ts';
import { printTable, writeResults, type Line } from './report.ts';
import { must, type Scenario, type Yardstick } from './scenario.ts';
import { openStage, settleEvents, type Costed, type Stage } from './stage.ts';
import { startup } from './startup.ts';
import { types } from './types.ts';
import { writes } from './writes.ts';
import { connections, hash, hello, queue, sql } from './yardsticks.ts';

const scenarios: readonly Scenario[] = [...reads, ...writes, ...drops, events, startup, types];
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = names.filter((name) => name !== 'plans' && !scenarios.some((s) => s.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark called ${unknown.join(', ')}. There are ${scenarios.map((s) => s.name).join(', ')} and plans.`);
  process.exit(64);
}
const chosen = scenarios.filter((s) => names.length === 0 || names.includes(s.name));
const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** Checkout has two measures: it is compared with the least SQL of the same effect as well. */
const needs = (yardstick: Yardstick): boolean =>
  chosen.some((s) => s.against?.yardstick === yardstick) || (yardstick === 'sql' && chosen.some((s) => s.name === 'checkout'));

const runAll = async (stage: Stage): Promise<void> => {
  const lines: Line[] = [];
  const hellos: Costed[] = [];
  const rates = new Map<Yardstick, number>();
  const sayHello = async (): Promise<void> => {
    if (!needs('hello') || hellos.length === 3) return;
    say('yardstick hello');
    hellos.push(await hello(stage));
  };
  const measureYardstick = async (name: 'sql' | 'hash' | 'queue', run: (stage: Stage) => Promise<Costed>): Promise<void> => {
    if (!needs(name)) return;
    say(`yardstick ${name}`);
    const outcome = await run(stage);
    rates.set(name, outcome.perSecond);
    lines.push({ name, outcome, against: undefined });
  };
  await sayHello();
  await measureYardstick('sql', sql);
  await measureYardstick('hash', hash);
  await measureYardstick('queue', queue);
  for (const [i, scenario] of chosen.entries()) {
    if (i === Math.floor(chosen.length / 2)) await sayHello();
    say(scenario.name);
    const outcome = await scenario.run(stage);
    must((outcome.errors ?? 0) === 0, `${scenario.name} had ${outcome.errors} errors; the first: ${outcome.note ?? 'see the log'}`);
    lines.push({ name: scenario.name, outcome, against: scenario.against });
  }
  await sayHello();
  await settleEvents(stage);
  const { results } = await checkInvariants(stage.core, system('bench'));
  must(
    results.every((r) => r.violations === 0),
    `the books do not add up: ${JSON.stringify(results.filter((r) => r.violations > 0))}`,
  );

  const middle = hellos.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(hellos.length / 2)];
  if (middle) {
    rates.set(
      'hello',
      quantile(
        hellos.map((h) => h.perSecond),
        0.5,
      ),
    );
    lines.unshift({ name: 'hello', outcome: { ...middle, concurrency: connections }, against: undefined });
  }
  const least = rates.get('sql');
  const checkout = lines.find((line) => line.name === 'checkout');
  if (least && checkout) {
    const against = { yardstick: 'sql', first: 0.5, aim: 0.5 } as const;
    lines.splice(lines.indexOf(checkout) + 1, 0, { name: 'checkout', outcome: { perSecond: checkout.outcome.perSecond ?? 0 }, against });
  }
  console.log(printTable(lines, rates));
  if (process.argv.includes('--write')) writeResults(lines, rates);
};

const stage = await openStage();
try {
  if (names.includes('plans')) await writePlans(stage);
  if (names.length === 0 || chosen.length > 0) await runAll(stage);
} finally {
  await stage.close();
}
