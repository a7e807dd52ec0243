/** Buttons that need scopes. An account without the scopes sees the button disabled, with the reason. */
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { Scope } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { shop } from '../lib/shop.ts';

/** The role and the scopes of the signed-in account. */
export const useGrants = () => useQuery({ queryKey: ['grants'], queryFn: () => shop.auth.verify(), staleTime: 60_000 });

/** A sentence that names the scopes that the signed-in account lacks. Null when it has them all, and while they are loading. */
export const useMissingScopes = (...needed: readonly Scope[]): string | null => {
  const grants = useGrants();
  const missing = grants.data ? needed.filter((scope) => !grants.data.scopes.includes(scope)) : [];
  return missing.length === 0 ? null : `Your role lacks ${missing.join(' and ')}.`;
};

interface Props extends ButtonProps {
  /** Why the button is disabled; null when it is enabled. */
  readonly lacking: string | null;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** A disabled button can still have the focus, so that keyboard and screen reader users get the reason. */
export const ScopedButton = ({ lacking, onClick, children, ...props }: Props) =>
  lacking === null ? (
    <Button {...props} {...(onClick && { onClick })}>
      {children}
    </Button>
  ) : (
    <Tooltip label={lacking} events={{ hover: true, focus: true, touch: true }}>
      <Button {...props} type="button" aria-disabled data-disabled title={lacking} onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
