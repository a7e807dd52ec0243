/** Keyboard shortcuts, and the dialog that lists them. */
import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePages, type MenuPage } from '../lib/pages.ts';

/** Longest pause between `g` and the letter of the page, in milliseconds. */
const chordMs = 1_500;
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * `g` and a letter opens a page, `/` focuses the search of the page, `?` opens the help. Ignored while typing and while a dialog is
 * open.
 */
const useKeys = (pages: readonly MenuPage[], help: () => void) => {
  const navigate = useNavigate();
  const armedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      if (event.key === '?') return help();
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
        return;
      }
      const armed = event.timeStamp - armedAt.current < chordMs;
      armedAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const page = armed && pages.find((p) => p.key === event.key);
      if (page) void navigate({ to: page.to });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, pages, help]);
};

const Line = ({ keys, children }: { keys: readonly string[]; children: string }) => (
  <Group justify="space-between">
    <Text size="sm">{children}</Text>
    <Group gap={4}>
      {keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Group>
  </Group>
);

export const Shortcuts = () => {
  const [opened, { open, close }] = useDisclosure();
  const pages = usePages();
  useKeys(pages, open);
  useHotkeys([['mod+K', () => spotlight.open()]], []);
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts">
      <Stack gap="xs">
        <Line keys={['Ctrl', 'K']}>Open the command palette</Line>
        <Line keys={['/']}>Search on this page</Line>
        <Line keys={['?']}>Show this help</Line>
        {pages.map((page) => (
          <Line key={page.to} keys={['g', page.key]}>{`Go to ${page.label}`}</Line>
        ))}
        <Line keys={['↑', '↓']}>Move through the rows of a list</Line>
        <Line keys={['Enter']}>Open the focused row</Line>
        <Line keys={['Esc']}>Close the dialog or menu</Line>
      </Stack>
    </Modal>
  );
};
