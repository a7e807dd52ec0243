/** What the signed-in account may do. The API checks every call; the admin only offers what it would accept. */
import type { Scope } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { scopesOfProcedure, type StaffProcedure } from './scopes.gen.ts';
import { shop } from './shop.ts';

/** The role and the scopes of the signed-in account. */
export const useGrants = () => useQuery({ queryKey: ['grants'], queryFn: () => shop.auth.verify(), staleTime: 60_000 });

/** A sentence that names the scopes that the signed-in account lacks. Null when it has them all, and while they are loading. */
export const useMissingScopes = (...needed: readonly Scope[]): string | null => {
  const grants = useGrants();
  const missing = grants.data ? needed.filter((scope) => !grants.data.scopes.includes(scope)) : [];
  return missing.length === 0 ? null : `Your role lacks ${missing.join(' and ')}.`;
};

/** Tells of each procedure whether the account has the scopes that every call of it needs. True of all while they are loading. */
export const useMay = (): ((procedure: StaffProcedure) => boolean) => {
  const held = useGrants().data?.scopes;
  return (procedure) => !held || scopesOfProcedure[procedure].every((scope) => held.includes(scope));
};
