/**
 * Generates `docs/configuration.md` from the schemas of the environment variables. `node --conditions=development
 * scripts/configuration-page.ts` writes it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { coreEnv } from '@cartwright/core/kernel';
import { httpEnv } from '../apps/api/src/settings.ts';
import { workerEnv } from '../apps/worker/src/settings.ts';

export const configurationFile = path.resolve(import.meta.dirname, '../docs/configuration.md');

interface Field {
  readonly description?: string;
  readonly default?: string | number;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
}

/** Defaults that `npm start` sets. */
const filledIn: Readonly<Record<string, string>> = {
  DATABASE_URL: 'the built-in PostgreSQL with `npm start`, else required',
  CARTWRIGHT_SECRET: 'created once per folder by `npm start` with the built-in PostgreSQL, else required',
};

const takes = ({ enum: options, minimum, maximum, minLength }: Field): string => {
  if (options) return options.map((option) => `\`${String(option)}\``).join(', ');
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return minLength === undefined ? '' : `${minLength} characters or more`;
};
const rowOf = ([name, field]: readonly [string, Field]): string => {
  const fallback = field.default === undefined || field.default === '' ? 'none' : `\`${String(field.default)}\``;
  return `| \`${name}\` | ${field.description ?? ''} | ${takes(field)} | ${filledIn[name] ?? fallback} |`;
};
const tableOf = (schema: typeof coreEnv | typeof httpEnv | typeof workerEnv): string => {
  const { properties = {} } = schema.toJSONSchema({ io: 'output', unrepresentable: 'any' }) as { properties?: Record<string, Field> };
  return ['| variable | meaning | takes | default |', '|---|---|---|---|', ...Object.entries(properties).map(rowOf)].join('\n');
};

/** Variables that are not settings of a process: of commands, examples and tests. */
const ofCommands = [
  [
    'CARTWRIGHT_STATE',
    'folder in which `npm start` and `npm run cartwright` keep the built-in PostgreSQL, its data and the secret',
    '`.cartwright`',
  ],
  ['SHOP_URL', 'address of the shop that the examples call; needed when `npm start` printed another port', '`http://127.0.0.1:4000`'],
  ['SHOP_EMAIL', 'e-mail address of the staff account that the example `replay` signs in with', 'the account of the demo shop'],
  ['SHOP_PASSWORD', 'password of that account', 'that of the demo shop'],
  ['UV_THREADPOOL_SIZE', 'threads of Node.js; the number of passwords that one process hashes at the same time depends on it', '`4`'],
] as const;
const ofTests = [
  ['TEST_DATABASE_URL', 'PostgreSQL server in which the tests make their databases', 'a PostgreSQL that the tests start'],
  ['TEST_REDIS_URL', 'Redis for the tests of queues, caches and rate limits; without it they are skipped', 'none'],
  ['CHROMIUM_PATH', 'Chromium or Chrome for the tests of the admin; without it they are skipped', 'none'],
  ['TEST_LONG', '`1` runs the long form of the tests, as `npm run test:long` does', 'none'],
  ['SHOW_RELEVANCE', 'prints how well the search finds what it should', 'none'],
  ['EXECUTED_PROCEDURES_FILE', 'file in which a test run records the procedures that it called; set by `npm test`', 'none'],
  ['CONSUMERS', 'event consumers of the worker that the test of an upgrade starts; set by this test', 'none'],
] as const;
const rowsOf = (rows: readonly (readonly [name: string, meaning: string, unset: string])[]): string =>
  ['| variable | meaning | default |', '|---|---|---|', ...rows.map(([name, ...cells]) => `| \`${name}\` | ${cells.join(' | ')} |`)].join(
    '\n',
  );

/** The text of the page. */
export const configurationPage =
  (): string => `<!-- Generated from the schemas of the settings by \`pnpm generate\`. Edit the schemas, not this page. -->

# Configuration

Settings are environment variables. Each process reads them once when it starts. If settings are invalid, the process reports
all of them and exits with code 78 before it opens anything. An empty variable counts as missing.

Without settings, \`npm start\` runs a complete shop on this machine. A larger shop needs two settings: \`DATABASE_URL\` for your own
PostgreSQL, and \`REDIS_URL\` for queues, cached reads and rate limits that several processes share.

## The shop: API, worker and command line

${tableOf(coreEnv)}

In production (\`CARTWRIGHT_ENV=production\`) a process does not start if the secret is easy to guess, \`PUBLIC_URL\` is not https,
\`FAILPOINTS\` is set, \`STRIPE_API_URL\` is used with a live key, or there is no real payment provider and \`SANDBOX_PAYMENTS\` is not set.

If the secret cannot decrypt the data in the database, the process also exits with code 78. In every environment the first start
binds the database to the secret. [Deploying](deploy.md) shows the settings in use.

## The API

${tableOf(httpEnv)}

## The worker

${tableOf(workerEnv)}

## Commands and examples

${rowsOf(ofCommands)}

## Tests

${rowsOf(ofTests)}
`;

if (import.meta.main) writeFileSync(configurationFile, configurationPage());
