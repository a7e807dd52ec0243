import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Names may leave folders out: `kernel/cache.test.ts` is `packages/core/src/kernel/cache.test.ts`. */
const isNamedBy = (name: string, file: string): boolean => {
  const wanted = name.split('/');
  const folders = file.split('/');
  if (folders.pop() !== wanted.pop()) return false;
  return folders.reduce((next, folder) => (folder === wanted[next] ? next + 1 : next), 0) === wanted.length;
};

describe('the documents', () => {
  it('name tests that exist', () => {
    const named = [...read('docs/coverage.md').matchAll(/[\w./-]+\.test\.tsx?/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((name) => !files.some((file) => isNamedBy(name, file)))).toEqual([]);
  });

  it('have a page for every domain, package and app', () => {
    const folders = ['packages/core/src', 'packages', 'apps'].flatMap((parent) =>
      readdirSync(path.join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}`),
    );
    expect(folders.filter((folder) => folder !== 'packages/core' && !existsSync(path.join(root, folder, 'README.md')))).toEqual([]);
  });

  it('lead where they say', () => {
    const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('.changeset/') && !file.includes('CHANGELOG'));
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, target = '']) =>
        existsSync(path.resolve(root, path.dirname(page), target)) ? [] : [`${page}: ${target}`],
      ),
    );
    expect(broken).toEqual([]);
  });

  it('number the decisions without gaps or doubles', () => {
    const numbers = readdirSync(path.join(root, 'docs/adr'))
      .map((name) => Number(name.slice(0, 4)))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });
});
