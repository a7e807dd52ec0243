/** A row of tabs that scrolls sideways on narrow screens, with arrows beside it while some tabs are out of sight. */
import { ActionIcon, Group, ScrollArea, Tabs, type GroupProps } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Scrolls only the row: `scrollIntoView` would also scroll the page. */
const showActiveTab = (row: HTMLElement): void => {
  const tab = row.querySelector('[role="tab"][aria-selected="true"]')?.getBoundingClientRect();
  if (!tab) return;
  const { left, right } = row.getBoundingClientRect();
  if (tab.left < left) row.scrollLeft -= left - tab.left;
  else if (tab.right > right) row.scrollLeft += tab.right - right;
};

/** The directions in which tabs are out of sight. */
interface Hidden {
  readonly left: boolean;
  readonly right: boolean;
}
/** Null when all tabs fit into the area, which is as wide as the row with its arrows. */
const hiddenTabs = (area: HTMLElement, row: HTMLElement): Hidden | null => {
  if (row.scrollWidth <= area.clientWidth) return null;
  // Widths can be fractions of a pixel.
  return { left: row.scrollLeft > 1, right: row.scrollLeft + row.clientWidth < row.scrollWidth - 1 };
};
const isSame = (a: Hidden | null, b: Hidden | null): boolean => a?.left === b?.left && a?.right === b?.right;

/** Keeps the active tab visible when the page opens, when another tab becomes active, and when the width changes. */
const useTabRow = () => {
  const area = useRef<HTMLDivElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState<Hidden | null>(null);
  const look = (): void => {
    if (!area.current || !viewport.current) return;
    const now = hiddenTabs(area.current, viewport.current);
    setHidden((before) => (isSame(before, now) ? before : now));
  };
  useEffect(() => {
    const row = viewport.current;
    if (!row) return;
    const show = (): void => {
      showActiveTab(row);
      look();
    };
    const resized = new ResizeObserver(show);
    for (const element of [row, ...row.children]) resized.observe(element);
    const changed = new MutationObserver(show);
    changed.observe(row, { subtree: true, attributeFilter: ['aria-selected'] });
    return () => {
      resized.disconnect();
      changed.disconnect();
    };
  }, []);
  const scroll = (direction: 1 | -1): void => viewport.current?.scrollBy({ left: direction * viewport.current.clientWidth * 0.7 });
  return { area, viewport, hidden, look, scroll };
};

/** Not a tab stop: by keyboard, the arrow keys move between the tabs. */
const Arrow = ({ label, isUsable, onClick, children }: { label: string; isUsable: boolean; onClick: () => void; children: ReactNode }) => (
  <ActionIcon
    variant="subtle"
    color="gray"
    bg={isUsable ? undefined : 'transparent'}
    c={isUsable ? 'var(--mantine-color-text)' : undefined}
    aria-label={label}
    tabIndex={-1}
    disabled={!isUsable}
    onClick={onClick}
  >
    {children}
  </ActionIcon>
);

export const TabRow = ({ children, ...props }: { children: ReactNode } & Pick<GroupProps, 'mb'>) => {
  const { area, viewport, hidden, look, scroll } = useTabRow();
  return (
    <Group ref={area} gap={0} wrap="nowrap" {...props}>
      <ScrollArea type="never" viewportRef={viewport} onScrollPositionChange={look} flex={1} miw={0}>
        <Tabs.List style={{ flexWrap: 'nowrap', minWidth: 'max-content' }}>{children}</Tabs.List>
      </ScrollArea>
      {hidden && (
        <Group gap={0} wrap="nowrap">
          <Arrow label="Earlier tabs" isUsable={hidden.left} onClick={() => scroll(-1)}>
            <IconChevronLeft size={18} />
          </Arrow>
          <Arrow label="Further tabs" isUsable={hidden.right} onClick={() => scroll(1)}>
            <IconChevronRight size={18} />
          </Arrow>
        </Group>
      )}
    </Group>
  );
};
