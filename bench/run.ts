/** `pnpm bench [row ...] [options]`: see README.md for the rows and for how to read the table. */
import { BadArguments, readArguments, type Arguments } from './arguments.ts';
import { must } from './checks.ts';
import { openClient, repeats } from './load/client.ts';
import { measure } from './measure.ts';
import { describeRun, printTable, recordResults, writeResults } from './report.ts';
import type { Line, Row } from './row.ts';
import { settle } from './stage/settle.ts';
import { openStage } from './stage/stage.ts';
import type { Stage } from './stage/stage.parts.ts';

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** Runs the consistency checks of the shop and returns the violations. */
const inconsistencies = async (stage: Stage): Promise<string[]> => {
  const client = openClient(stage.api.url);
  try {
    const headers = { authorization: `Bearer ${stage.staffToken}` };
    const report = await client.call<{ results: { id: string; violations: number; samples: unknown[] }[] }>({
      method: 'GET',
      path: '/api/v1/system/invariants',
      headers,
    });
    must(report.results.length > 20, `only ${report.results.length} consistency checks were made`);
    return report.results.flatMap(({ id, violations, samples }) =>
      violations > 0 ? [`${id}: ${violations} rows, such as ${JSON.stringify(samples[0])}`] : [],
    );
  } finally {
    client.close();
  }
};

/** Measures one row. A note counts requests that got 429 or 503 and were repeated. */
const runRow = async (stage: Stage, row: Row): Promise<Line[]> => {
  const before = repeats.count;
  const lines = row.prepare ? [await measure(stage, row, await row.prepare(stage))] : ((await row.run?.(stage)) ?? []);
  await settle(stage);
  const again = repeats.count - before;
  const [first, ...others] = lines;
  if (!first) throw new Error('The row returned no result.');
  return again > 0 ? [{ ...first, notes: [...first.notes, `${again} requests got 429 or 503 and were repeated`] }, ...others] : lines;
};

/**
 * Measures rows and prints the table. A row with a wrong response or an error has no result; the other rows are still measured.
 *
 * @returns Whether every row succeeded and the data is consistent at the end.
 */
const runRows = async (stage: Stage, { rows, write, record }: Arguments): Promise<boolean> => {
  const lines: Line[] = [];
  let failures = 0;
  const attempt = async (name: string, work: () => Promise<readonly Line[]>): Promise<void> => {
    say(name);
    try {
      lines.push(...(await work()));
    } catch (error) {
      failures += 1;
      console.error(error);
      lines.push({ name, notes: [`FAILED: ${String(error).slice(0, 500)}`] });
    }
  };
  const begun = performance.now();
  for (const row of rows) await attempt(row.name, () => runRow(stage, row));
  await attempt('consistency', async () => {
    const found = await inconsistencies(stage);
    must(found.length === 0, `the data is not consistent at the end of the run: ${found.join('; ')}`);
    return [];
  });
  const about = describeRun(stage.options, (performance.now() - begun) / 1_000);
  console.log(printTable(lines, about));
  if (write) writeResults(lines, about);
  if (record) recordResults(record, lines, about);
  return failures === 0;
};

try {
  const asked = readArguments(process.argv.slice(2));
  say(`filling the shop of ${asked.options.shop}`);
  const stage = await openStage(asked.options);
  try {
    if (asked.plans) await (await import('./plans.ts')).writePlans(stage);
    if (asked.rows.length > 0 && !(await runRows(stage, asked))) process.exitCode = 1;
  } finally {
    await stage.close();
  }
} catch (error) {
  if (!(error instanceof BadArguments)) throw error;
  console.error(error.message);
  process.exitCode = 64;
}
