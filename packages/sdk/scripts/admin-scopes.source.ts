/** Generates `scopes.gen.ts` of the admin: the scopes that each procedure of staff needs, without schemas. */
import { contract, scopesOfAccess, type ProcedureContract } from '@cartwright/contracts';

/** Returns the text of the file. */
export const adminScopesSource = (): string => {
  const rows = Object.entries(contract).flatMap(([domain, entries]) =>
    Object.entries(entries as Record<string, ProcedureContract>).flatMap(([name, { access }]) => {
      const scopes = scopesOfAccess(access);
      return scopes.length > 0 ? [`  '${domain}.${name}': [${scopes.map((scope) => `'${scope}'`).join(', ')}],`] : [];
    }),
  );
  return `/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
import type { Scope } from '@cartwright/contracts';

/** The scopes that every call of a procedure needs. A procedure that is not here needs none. */
export const scopesOfProcedure = {
${rows.join('\n')}
} as const satisfies Record<string, readonly Scope[]>;

/** A procedure for staff with certain scopes, such as \`products.create\`. */
export type StaffProcedure = keyof typeof scopesOfProcedure;
`;
};
