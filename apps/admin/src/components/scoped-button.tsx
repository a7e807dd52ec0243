/**
 * A button for staff with certain scopes. It names the procedure that it calls. An account without the scopes of that procedure sees it
 * disabled, with the reason.
 */
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMissingScopes } from '../lib/grants.ts';
import { scopesOfProcedure, type StaffProcedure } from '../lib/scopes.gen.ts';

interface Props extends ButtonProps {
  /** The procedure that the button, or the dialog that it opens, calls. */
  readonly calls?: StaffProcedure;
  /** Why this use of the button is not allowed although its procedure is; null when it is. */
  readonly lacking?: string | null;
  readonly type?: 'button' | 'submit';
  readonly 'aria-label'?: string;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** A disabled button can still have the focus, so that keyboard and screen reader users get the reason. */
export const ScopedButton = ({ calls, lacking = null, onClick, children, ...props }: Props) => {
  const missing = useMissingScopes(...(calls ? scopesOfProcedure[calls] : []));
  const reason = missing ?? lacking;
  if (reason === null)
    return (
      <Button {...props} {...(onClick && { onClick })}>
        {children}
      </Button>
    );
  return (
    <Tooltip label={reason} events={{ hover: true, focus: true, touch: true }}>
      <Button {...props} type="button" aria-disabled data-disabled title={reason} onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
};
