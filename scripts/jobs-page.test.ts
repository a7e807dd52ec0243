import { readFileSync } from 'node:fs';
import { queueNames, taskNames } from '@cartwright/core/jobs';
import { expect, it } from 'vitest';
import { jobsFile, jobsPage } from './jobs-page.ts';

it('docs/jobs.md is up to date; if not, run pnpm generate', () => {
  expect(readFileSync(jobsFile, 'utf8')).toBe(jobsPage());
});

it('docs/jobs.md names the type of every field of a payload, and the types of the elements of lists', () => {
  expect(jobsPage()).toContain('`eventIds` (array of string)');
  expect(jobsPage()).not.toMatch(/\((?:array|object|undefined)\)/);
});

it('docs/jobs.md lists every queue and every task with its purpose', () => {
  const named = [...jobsPage().matchAll(/^\| `([^`]+)` \| \w/gm)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining([...queueNames, ...taskNames]));
});
