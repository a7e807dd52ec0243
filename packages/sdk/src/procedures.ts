/** Looks up facts about procedures. */
import { procedures, type ProcedureFacts } from './procedures.gen.ts';

const domains: Readonly<Record<string, Readonly<Record<string, ProcedureFacts>>>> = procedures;

/** Facts of `domain.procedure`; undefined if the contract has no such procedure. */
export const findFacts = (path: string): ProcedureFacts | undefined => {
  const [domain = '', name = ''] = path.split('.');
  return domains[domain]?.[name];
};
/** All domains with their procedures. */
export const domainEntries = (): [string, [string, ProcedureFacts][]][] =>
  Object.entries(domains).map(([domain, entries]) => [domain, Object.entries(entries)]);
