/** Generates `scopes.gen.ts` of the admin: the scopes that each procedure of staff needs, without schemas. */
import { contract, csvFiles, csvOperations, isForBuyer, scopesOfAccess, type CsvFile, type ProcedureContract } from '@cartwright/contracts';

/** The condition of the scopes that every caller but the buyer needs. Staff who work in the admin are not the buyer. */
const unlessBuyer = 'when the caller is not the buyer';

const rowsOf = (operation: string, { access, alsoNeeds = [] }: Pick<ProcedureContract, 'access' | 'alsoNeeds'>): string[] => {
  const ofStaff = isForBuyer(access) ? (access.orStaff ?? []) : scopesOfAccess(access);
  const scopes = [ofStaff, alsoNeeds.flatMap(({ scope, when }) => (when === unlessBuyer ? [scope] : []))].flat();
  return scopes.length > 0 ? [`  '${operation}': [${scopes.map((scope) => `'${scope}'`).join(', ')}],`] : [];
};

/** Returns the text of the file. */
export const adminScopesSource = (): string => {
  const rows = Object.entries(contract).flatMap(([domain, entries]) =>
    Object.entries(entries as Record<string, ProcedureContract>).flatMap(([name, entry]) => rowsOf(`${domain}.${name}`, entry)),
  );
  const files = (Object.keys(csvFiles) as CsvFile[]).flatMap((file) => rowsOf(csvOperations[file], csvFiles[file]));
  return `/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
import type { Scope } from '@cartwright/contracts';

/** The scopes that every call of a procedure, or download of a file, by staff needs. A procedure that is not here needs none. */
export const scopesOfProcedure = {
${[...rows, ...files].join('\n')}
} as const satisfies Record<string, readonly Scope[]>;

/** A procedure for staff with certain scopes, such as \`products.create\`. */
export type StaffProcedure = keyof typeof scopesOfProcedure;
`;
};
