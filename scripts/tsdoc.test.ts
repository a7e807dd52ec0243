/**
 * Exported names say what they are: a comment stands before each, which editors show beside its uses. Schemas of the contracts have the
 * comments at their fields, which the reference shows, and components of the admin have them where a name does not say enough.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const sources = globSync(['packages/{core,db,testing,sdk}/src/**/*.ts', 'apps/{api,worker,cli}/src/**/*.ts'], { cwd: root })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => !/\.(?:test|gen)\.ts$|\/migrations\//.test(file));

const declaration = /^export (?:default )?(?:async )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/;

/** The exported names of a source without a comment. A function is described once, before its first signature. */
const undescribed = (text: string): string[] => {
  const lines = text.split('\n');
  const seen = new Set<string>();
  return lines.flatMap((line, i) => {
    const name = declaration.exec(line)?.[1];
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    return /\*\/\s*$/.test(lines[i - 1] ?? '') ? [] : [name];
  });
};

it('the test finds exported names without a comment', () => {
  const text = 'export const a = 1;\n/** B. */\nexport function b(): void;\nexport function b(): void {}\n\nexport interface C {}';
  expect(undescribed(text)).toEqual(['a', 'C']);
});

it('every exported name of the core, the database, the SDK, the API, the worker, the command line and the test shop is described', () => {
  const found = sources.flatMap((file) => undescribed(readFileSync(path.join(root, file), 'utf8')).map((name) => `${file} ${name}`));
  expect(found).toEqual([]);
});
