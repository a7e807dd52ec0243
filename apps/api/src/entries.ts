/** The contract's procedures by the name they are called under. */
import { contract, type Contract, type ProcedureContract } from '@cartwright/contracts';

/** `domain.procedure` to its contract, in the contract's own order. */
export const entries: ReadonlyMap<string, ProcedureContract> = new Map(
  Object.entries<Contract[string]>(contract).flatMap(([domain, procedures]) =>
    Object.entries(procedures).map(([name, entry]) => [`${domain}.${name}`, entry] as const),
  ),
);
