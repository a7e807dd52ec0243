/** A text field whose words live in the address: told a moment after the last key, and renewed when the address changes elsewhere. */
import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

interface Props extends Omit<TextInputProps, 'value' | 'defaultValue' | 'onChange'> {
  readonly value: string;
  readonly onTyped: (text: string) => void;
}

/** Longest pause between two keys of one word, in milliseconds. */
const pauseMs = 250;

export const TypedField = ({ value, onTyped, ...props }: Props) => {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback(onTyped, pauseMs);
  useEffect(() => {
    // What somebody is typing now is newer than the address.
    if (document.activeElement !== field.current) setText(value);
  }, [value]);
  return (
    <TextInput
      {...props}
      ref={field}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
};

/** The search of a page; `/` leads to it. */
export const SearchField = (props: Props) => <TypedField type="search" leftSection={<IconSearch size={16} />} {...props} />;
