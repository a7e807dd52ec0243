import path from 'node:path';
import type { Reporter } from 'vitest/node';
import { keepTestDurations } from './durations.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Reporter of vitest that keeps the seconds of each test file, including imports and hooks. */
export default class DurationsReporter implements Reporter {
  onTestRunEnd(...[modules]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const rows = modules.map((module) => {
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      return [path.relative(root, module.moduleId), (collectDuration + setupDuration + duration) / 1_000] as const;
    });
    keepTestDurations(Object.fromEntries(rows));
  }
}
