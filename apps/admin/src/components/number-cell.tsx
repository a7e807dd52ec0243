/** A number that is edited inside a table: Enter or leaving the field saves it, Escape discards the input. */
import { useEffect, useRef, useState } from 'react';
import { rangeProblem } from '../lib/format.ts';
import { NumberField } from './number-field.tsx';

/** Props of a number field inside a table: its number ends where the numbers above and below it end. */
export const fieldInCell = { size: 'xs', ml: 'auto', hideControls: true, styles: { input: { textAlign: 'right' } } } as const;

interface Props {
  readonly label: string;
  readonly value: number | string;
  /** Why a typed number cannot be saved; null for one that can. Without it, the number must be whole. */
  readonly check?: (typed: number | string) => string | null;
  readonly suffix?: string;
  readonly min?: number;
  readonly width?: number;
  readonly isBad?: boolean;
  readonly onCommit: (value: number) => void;
}
export const NumberCell = ({ label, value, check, suffix = '', min, width = 110, isBad = false, onCommit }: Props) => {
  const [typed, setTyped] = useState<number | string>(value);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A new value from the shop must not overwrite what the user is typing.
    if (document.activeElement !== field.current) setTyped(value);
  }, [value]);
  const commit = (): void => {
    setProblem(null);
    const next = Number(typed);
    if (typed === '' || Number.isNaN(next)) setTyped(value);
    else if (check?.(typed)) setProblem(check(typed));
    else if (rangeProblem(typed, { min })) setProblem(rangeProblem(typed, { min }));
    else if (next !== Number(value)) onCommit(next);
  };
  return (
    <NumberField
      {...fieldInCell}
      ref={field}
      w={width}
      aria-label={label}
      {...(min !== undefined && { min })}
      allowDecimal={check !== undefined}
      error={problem}
      suffix={suffix}
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        setTyped(value);
        setProblem(null);
      }}
      classNames={{ input: isBad ? 'bad strong' : '' }}
    />
  );
};
