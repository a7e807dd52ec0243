/** Writes `src/procedures.gen.ts`: what the client must know of each procedure at run time, without its schemas. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { contract, type ProcedureContract } from '@cartwright/contracts';

/** The file's text. */
export const proceduresSource = (): string => {
  const domains = Object.entries(contract).map(([domain, entries]) => {
    const rows = Object.entries(entries as Record<string, ProcedureContract>).map(
      ([name, entry]) => `    ${name}: { kind: '${entry.kind}', keyed: ${entry.kind === 'mutation' && entry.idempotency !== undefined} },`,
    );
    return `  ${domain}: {\n${rows.join('\n')}\n  },`;
  });
  return `/** Made from the contract by scripts/generate-procedures.ts; a test tells when it is out of date. */
export interface ProcedureFacts {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Whether the procedure takes an idempotency key. */
  readonly keyed: boolean;
}
export const procedures = {
${domains.join('\n')}
} as const satisfies Record<string, Record<string, ProcedureFacts>>;
`;
};

if (process.argv[1] === import.meta.filename)
  writeFileSync(path.resolve(import.meta.dirname, '../src/procedures.gen.ts'), proceduresSource());
