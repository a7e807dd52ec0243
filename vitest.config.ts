import path from 'node:path';
import { defineConfig } from 'vitest/config';

const project = (name: string, root: string, include = ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}']) => ({
  extends: true as const,
  test: { name, root: path.join(import.meta.dirname, root), include },
});

export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    globalSetup: ['./packages/testing/src/setup/index.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A state that is waited for may take its time on a busy machine; the test's own limit is what ends it.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      project('contracts', 'packages/contracts'),
      project('db', 'packages/db'),
      project('core', 'packages/core'),
      project('sdk', 'packages/sdk'),
      project('testing', 'packages/testing'),
      project('api', 'apps/api'),
      project('worker', 'apps/worker'),
      project('cli', 'apps/cli'),
      project('admin', 'apps/admin'),
      project('scripts', 'scripts', ['*.test.ts']),
      project('examples', 'examples', ['*.test.ts']),
      project('prove', 'prove', ['*.test.ts']),
      project('bench', 'bench', ['*.test.ts']),
    ],
  },
});
