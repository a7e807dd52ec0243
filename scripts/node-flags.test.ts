import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeFlags } from './node-flags.ts';

it.each(['api', 'worker'])('the %s has the same Node flags for every way to start it', (name) => {
  const manifest = readFileSync(path.join(import.meta.dirname, '../apps', name, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: { start: string } };
  expect(scripts.start).toBe(`node ${nodeFlags.join(' ')} dist/main.js`);
});
