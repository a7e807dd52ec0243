/** Procedures of the contract by name. */
import { contract, type Contract, type ProcedureContract } from '@cartwright/contracts';

/** `domain.procedure` to its contract, in the order of the contract. */
export const entries: ReadonlyMap<string, ProcedureContract> = new Map(
  Object.entries<Contract[string]>(contract).flatMap(([domain, procedures]) =>
    Object.entries(procedures).map(([name, entry]) => [`${domain}.${name}`, entry] as const),
  ),
);
