/** A text field whose value is in the URL. It updates the URL shortly after the last key, and follows the URL when it changes elsewhere. */
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
  const reportTyped = useDebouncedCallback(onTyped, pauseMs);
  useEffect(() => {
    // What the user is typing is newer than the URL.
    if (document.activeElement !== field.current) setText(value);
  }, [value]);
  return (
    <TextInput
      {...props}
      ref={field}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        reportTyped(event.currentTarget.value);
      }}
    />
  );
};

/** The search field of a page. The key `/` focuses it. */
export const SearchField = (props: Props) => <TypedField type="search" leftSection={<IconSearch size={16} />} {...props} />;
