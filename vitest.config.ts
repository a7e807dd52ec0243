import path from 'node:path';
import { defineConfig } from 'vitest/config';
import SlowestFirst from './scripts/slowest-first.sequencer.ts';

const everywhere = ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'];
/** Tests of whole programs, browsers and compilers, before the others: each keeps a core busy by itself. */
const programs = { maxWorkers: 2, sequence: { groupOrder: 0 } };
/** Tests of code: they wait for the database for a third of their time, so three of them keep two cores busy. */
const code = { maxWorkers: 3, sequence: { groupOrder: 1 } };
const project = (name: string, root: string, group: typeof code, include = everywhere) => ({
  extends: true as const,
  test: { name, root: path.join(import.meta.dirname, root), include, ...group },
});

export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    globalSetup: ['./packages/testing/src/setup/index.ts'],
    setupFiles: [path.join(import.meta.dirname, 'packages/testing/src/setup/record-procedures.ts')],
    pool: 'forks',
    // Loading the engine anew for each file took longer than most files. What tests share is a database server, never a module's state.
    isolate: false,
    // A test waits for states; the limits only end one that hangs, also on a machine whose cores other programs use.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: SlowestFirst },
    projects: [
      project('admin', 'apps/admin', programs),
      project('testing', 'packages/testing', programs),
      project('scripts', 'scripts', programs, ['*.test.ts']),
      project('examples', 'examples', programs, ['*.test.ts']),
      project('prove', 'prove', programs, ['*.test.ts']),
      project('bench', 'bench', programs, ['*.test.ts']),
      project('sdk', 'packages/sdk', code),
      project('worker', 'apps/worker', code),
      project('cli', 'apps/cli', code),
      project('api', 'apps/api', code),
      project('db', 'packages/db', code),
      project('contracts', 'packages/contracts', code),
      project('core', 'packages/core', code),
    ],
  },
});
