/** Buttons that not every role may press: those who may not see the button with the reason. */
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { Scope } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { shop } from '../lib/shop.ts';

/** The role and the scopes of the signed-in account. */
export const useGrants = () => useQuery({ queryKey: ['grants'], queryFn: () => shop.auth.verify(), staleTime: 60_000 });

/** Which of these scopes the signed-in account lacks, as a sentence; null when it has them all, and until that is known. */
export const useLacking = (...needed: readonly Scope[]): string | null => {
  const grants = useGrants();
  const missing = grants.data ? needed.filter((scope) => !grants.data.scopes.includes(scope)) : [];
  return missing.length === 0 ? null : `Your role lacks ${missing.join(' and ')}.`;
};

interface Props extends ButtonProps {
  /** Why it may not be pressed; null when it may. */
  readonly lacking: string | null;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** Stays in the order of focus when it is locked, so that the reason can be read by keyboard and screen reader. */
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
