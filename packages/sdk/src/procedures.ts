/** Finds what is known of a procedure. */
import { procedures, type ProcedureFacts } from './procedures.gen.ts';

const domains: Readonly<Record<string, Readonly<Record<string, ProcedureFacts>>>> = procedures;

/** Facts of `domain.procedure`; undefined when the contract has no such thing. */
export const findFacts = (path: string): ProcedureFacts | undefined => {
  const [domain = '', name = ''] = path.split('.');
  return domains[domain]?.[name];
};
/** Every domain with its procedures. */
export const domainEntries = (): [string, [string, ProcedureFacts][]][] =>
  Object.entries(domains).map(([domain, entries]) => [domain, Object.entries(entries)]);
