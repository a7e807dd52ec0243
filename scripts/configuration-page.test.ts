import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationFile, configurationPage } from './configuration-page.ts';

describe('docs/configuration.md', () => {
  const page = configurationPage();

  it('docs/configuration.md is up to date; if not, run pnpm generate', () => {
    expect(readFileSync(configurationFile, 'utf8')).toBe(page);
  });

  it('docs/configuration.md describes every variable', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => row.split(' | ')[1]?.trim() === '')).toEqual([]);
  });

  it('docs/configuration.md names every variable that code reads by its name', () => {
    // Set by the system, by Node.js or by the service that runs the tests.
    const foreign = new Set(['PATH', 'HOME', 'CI', 'NODE_ENV']);
    const root = path.resolve(import.meta.dirname, '..');
    const files = globSync('{apps,packages,scripts,examples,prove,bench,deploy}/**/*.{ts,tsx,mjs,js}', {
      cwd: root,
      exclude: (name) => ['node_modules', 'dist'].includes(path.basename(String(name))),
    });
    expect(files.length).toBeGreaterThan(500);
    const read = files.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/process\.env(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name ?? ''),
    );
    const unnamed = [...new Set(read)].filter((name) => !foreign.has(name) && !page.includes(`| \`${name}\` |`));
    expect(unnamed).toEqual([]);
  });
});
