import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = path.resolve(import.meta.dirname, '..');

/** The slowest test files of their packages, the slowest first. A fresh checkout has no durations of an earlier run. */
export const slowest = [
  'apps/admin/test/every-page.test.ts',
  'apps/admin/test/keyboard.test.ts',
  'apps/admin/test/product-page.test.ts',
  'packages/testing/test/kill-api.test.ts',
  'packages/testing/test/freeze.test.ts',
  'packages/testing/test/kill-worker.test.ts',
  'scripts/start.test.ts',
  'scripts/deploy.test.ts',
  'packages/sdk/test/package.test.ts',
  'packages/core/src/inventory/stock-races.test.ts',
  'packages/core/src/imports/streamed-import.test.ts',
] as const;

/**
 * Orders test files by project, as in the configuration, and within a project the slowest first: a slow file that starts last leaves the
 * other cores without work. A worker stays with its project, because it loads the engine once.
 */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = this.ctx.projects.map(({ name }) => name);
    const places = new Map<string, number>(slowest.map((file, place) => [path.join(root, file), place]));
    const projectOf = ({ project }: TestSpecification): number => projects.indexOf(project.name);
    const placeOf = ({ moduleId }: TestSpecification): number => places.get(moduleId) ?? slowest.length;
    // Of the others, those that failed in the last run come first, then the longest or largest ones.
    return (await super.sort(files)).toSorted((a, b) => projectOf(a) - projectOf(b) || placeOf(a) - placeOf(b));
  }
}
