import path from 'node:path';
import { defineConfig } from 'vitest/config';
import SlowestFirst from './scripts/slowest-first.sequencer.ts';

const everywhere = ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'];
const project = (name: string, root: string, include = everywhere) => ({
  extends: true as const,
  test: { name, root: path.join(import.meta.dirname, root), include },
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
    // Tests wait for databases, queues and browsers for a third of their time, so three of them keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // Whole programs, browsers and compilers first; at the end the many short files of the engine keep every worker busy.
    projects: [
      project('admin', 'apps/admin'),
      project('testing', 'packages/testing'),
      project('scripts', 'scripts', ['*.test.ts']),
      project('examples', 'examples', ['*.test.ts']),
      project('prove', 'prove', ['*.test.ts']),
      project('bench', 'bench', ['*.test.ts']),
      project('sdk', 'packages/sdk'),
      project('worker', 'apps/worker'),
      project('cli', 'apps/cli'),
      project('api', 'apps/api'),
      project('db', 'packages/db'),
      project('contracts', 'packages/contracts'),
      project('core', 'packages/core'),
    ],
  },
});
