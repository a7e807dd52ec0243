import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('.changeset/') && !file.includes('CHANGELOG'));
const linksOf = (page: string) =>
  [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, target = '', anchor]) => ({
    target: target === '' ? page : path.join(path.dirname(page), target),
    anchor,
  }));
/** The anchors of the headings of a page, as code hosts generate them. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation', () => {
  it('every domain, package and app has a README', () => {
    const folders = ['packages/core/src', 'packages', 'apps'].flatMap((parent) =>
      readdirSync(path.join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}`),
    );
    expect(folders.filter((folder) => !existsSync(path.join(root, folder, 'README.md')))).toEqual([]);
  });

  it('links in the documentation lead to existing files and headings', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page).flatMap(({ target, anchor }) => {
        const isThere = existsSync(path.join(root, target)) && (!anchor || !target.endsWith('.md') || anchorsOf(target).includes(anchor));
        return isThere ? [] : [`${page}: ${target}${anchor ? `#${anchor}` : ''}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('source files that the documentation names exist', () => {
    const byBaseName = Map.groupBy(files, (file) => path.basename(file));
    /** Examples of names. */
    const examples = ['verb-noun.ts', 'noun.aspect.ts', 'noun.store.ts', 'packages/core/src/orders/count-to-ship.ts'];
    /** A page may leave folders out, such as `kernel/cache.ts`. */
    const exists = (page: string, name: string): boolean => {
      const parts = path.join(name.startsWith('..') ? path.dirname(page) : '', name).split('/');
      return byBaseName.get(parts.at(-1) ?? '')?.some((file) => parts.every((part) => file.split('/').includes(part))) ?? false;
    };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/`([\w@./-]+\.(?:tsx?|mjs))`/g)].map(([, name = '']) => ({ page, name })),
    );
    expect(named.length).toBeGreaterThan(300);
    expect(named.filter(({ page, name }) => !examples.includes(name) && !exists(page, name))).toEqual([]);
  });

  it('the README of every domain begins with a sentence about the domain', () => {
    const domains = pages.filter((page) => /^packages\/core\/src\/[\w-]+\/README\.md$/.test(page));
    expect(domains.filter((page) => !/^# [\w-]+\n\n[^#\n]/.test(read(page)))).toEqual([]);
  });

  it('the README of every domain names each use-case file and each event', () => {
    const unnamed = readdirSync(path.join(root, 'packages/core/src'))
      .filter((domain) => !['kernel', 'composition', 'read-models', 'seed'].includes(domain))
      .flatMap((domain) => {
        const folder = `packages/core/src/${domain}`;
        const page = read(`${folder}/README.md`);
        const sources = files.filter((file) => path.dirname(file) === folder && /\.tsx?$/.test(file) && !file.includes('.test.'));
        const useCases = sources
          .map((file) => path.basename(file).replace(/\.tsx?$/, ''))
          .filter((name) => name.includes('-') && !name.includes('.'));
        const isNamed = (name: string) =>
          page.includes(name) || page.includes(name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
        const events = sources.flatMap((file) => [...read(file).matchAll(/outbox\.add\(\s*'([\w.]+)'/g)].map(([, name = '']) => name));
        return [...useCases.filter((name) => !isNamed(name)), ...events.filter((name) => !page.includes(name))].map(
          (name) => `${domain}: ${name}`,
        );
      });
    expect(unnamed).toEqual([]);
  });

  it('every decision record has at most half a page: 350 words', () => {
    const records = pages.filter((page) => page.startsWith('docs/adr/'));
    expect(records.length).toBeGreaterThan(20);
    expect(records.filter((page) => read(page).split(/\s+/).filter(Boolean).length > 350)).toEqual([]);
  });

  it('decision records are numbered without gaps or duplicates', () => {
    const numbers = readdirSync(path.join(root, 'docs/adr'))
      .map((name) => Number(name.slice(0, 4)))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });
});
