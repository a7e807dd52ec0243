import { readFileSync } from 'node:fs';
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
});
