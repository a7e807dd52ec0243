/**
 * `npm run test:long`: tests that take too long for every change; `npm test` has a short form of each. The proof with every fault on
 * both queue backends, two larger sales, every page of the admin by every accessibility rule, the complete series of which `npm test`
 * runs a part, and the kill series several times. Ends with one line of counts.
 */
import { env, finish, provideChromium, provideRedis, run, say, type Step } from './test-tools.ts';

/** How often the kill series runs: a race that occurs in one of ten runs occurs here with a probability of 40 %. */
const KILL_ROUNDS = 5;

await provideRedis();
provideChromium();
env['TEST_LONG'] = '1';
const steps: readonly Step[] = [
  ['build', 'turbo', ['run', 'build', '--output-logs=errors-only']],
  ['proof: 2,000 buyers, 100 units, every fault, both queue backends', 'node', ['prove/run.ts', '--seeds', '1,2']],
  ['proof: 10,000 buyers, 500 units', 'node', ['prove/run.ts', '--buyers', '10000', '--units', '500', '--seeds', '1', '--faults', 'none']],
  [
    'proof: 2,000 buyers, 10,000 units',
    'node',
    ['prove/run.ts', '--buyers', '2000', '--units', '10000', '--seeds', '1', '--faults', 'none'],
  ],
  ['every page of the admin, in both colour schemes and at both widths', 'vitest', ['run', 'apps/admin/test/every-page.test.ts']],
  [
    'frozen processes at every place, twenty of every two calls at once, every compiler of the SDK, all invoices of the replay, ' +
      'four rounds of an upgrade',
    'vitest',
    [
      'run',
      'packages/testing/test/freeze',
      'packages/core/src/inventory/stock-races',
      'packages/sdk/test/package',
      'examples/examples',
      'apps/worker/test/rolling-upgrade',
    ],
  ],
  ...Array.from({ length: KILL_ROUNDS }, (_, round): Step => [
    `kill series, round ${round + 1} of ${KILL_ROUNDS}`,
    'vitest',
    ['run', 'packages/testing/test/kill-'],
  ]),
];
const failed: string[] = [];
for (const [title, command, args] of steps) if (!(await run(title, command, args))) failed.push(title);
if (failed.length > 0) say(`\nFailed:\n${failed.map((title) => `  ${title}`).join('\n')}`);
finish(steps.length - failed.length, failed.length, 0);
