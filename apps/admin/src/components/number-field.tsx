/**
 * The number field of every form. A number outside its range stays as it was typed, with the reason below it, and the form is not sent:
 * the shop must never do a nearer number that nobody typed.
 */
import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { rangeProblem } from '../lib/format.ts';

type NumberFieldProps = Omit<NumberInputProps, 'clampBehavior'>;

export const NumberField = ({ error, onBlur, onInvalid, ref, ...props }: NumberFieldProps) => {
  const { value, min, max } = props;
  const input = useRef<HTMLInputElement>(null);
  const merged = useMergedRef(input, ref);
  // While somebody types, a number may pass through values outside its range.
  const [isShown, setShown] = useState(false);
  const problem = rangeProblem(value ?? '', { min, max });
  // The browser sends no form that has such a field, and brings the focus to it.
  useEffect(() => input.current?.setCustomValidity(problem ?? ''), [problem]);
  return (
    <NumberInput
      {...props}
      ref={merged}
      clampBehavior="none"
      error={error || (isShown ? problem : null)}
      onBlur={(event) => {
        setShown(true);
        onBlur?.(event);
      }}
      onInvalid={(event) => {
        setShown(true);
        onInvalid?.(event);
      }}
    />
  );
};
