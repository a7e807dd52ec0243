/** All files that are generated from the contract. */
import path from 'node:path';
import { adminScopesSource } from './admin-scopes.source.ts';
import { errorsPage } from './errors.page.ts';
import { fieldTextsSource } from './field-texts.source.ts';
import { referencePages } from './generate-reference.ts';
import { proceduresSource } from './procedures.source.ts';

export const root = path.resolve(import.meta.dirname, '../../..');
export const referenceFolder = 'docs/reference';

/** Paths from the repository root with their texts. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['packages/sdk/src/procedures.gen.ts', proceduresSource()],
    ['apps/admin/src/lib/scopes.gen.ts', adminScopesSource()],
    ['apps/api/src/openapi/field-texts.gen.ts', fieldTextsSource()],
    ['docs/errors.md', errorsPage()],
    ...[...referencePages()].map(([name, text]) => [`${referenceFolder}/${name}`, text] as const),
  ]);
