/** Generates `src/procedures.gen.ts`: the facts of the contract that the client needs at run time, without schemas. */
import { contract, headers, restPrefix, type ProcedureContract } from '@cartwright/contracts';
import { z } from 'zod';

/** Whether the output is a page of a list. */
export const isPaged = ({ kind, output }: ProcedureContract): boolean => {
  if (kind !== 'query' || !(output instanceof z.ZodObject)) return false;
  return 'items' in output.shape && ('nextCursor' in output.shape || 'totalCount' in output.shape);
};

/** Returns the text of the file. */
export const proceduresSource = (): string => {
  const domains = Object.entries(contract).map(([domain, entries]) => {
    const rows = Object.entries(entries as Record<string, ProcedureContract>).map(([name, entry]) => {
      const keyed = entry.kind === 'mutation' && entry.idempotency !== undefined;
      const facts = [
        `kind: '${entry.kind}'`,
        ...(keyed ? ['keyed: true'] : []),
        ...(entry.kind === 'mutation' && entry.repeatable ? ['repeatable: true'] : []),
        ...(isPaged(entry) ? ['paged: true'] : []),
      ];
      return `    ${name}: { ${facts.join(', ')} },`;
    });
    return `  ${domain}: {\n${rows.join('\n')}\n  },`;
  });
  const names = Object.entries(headers).map(([name, header]) => `  ${name}: '${header}',`);
  return `/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
export interface ProcedureFacts {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Whether the procedure takes an idempotency key. */
  readonly keyed?: true;
  /** Whether it may be repeated without a key. */
  readonly repeatable?: true;
  /** Whether the output is a page of a list. */
  readonly paged?: true;
}
export const headers = {
${names.join('\n')}
} as const;
export const restPrefix = '${restPrefix}';
export const procedures = {
${domains.join('\n')}
} as const satisfies Record<string, Record<string, ProcedureFacts>>;
`;
};
