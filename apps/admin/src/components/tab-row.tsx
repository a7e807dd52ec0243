/** A row of tabs that scrolls sideways on narrow screens. */
import { ScrollArea, Tabs, type ScrollAreaProps } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';

/** Scrolls only the row: `scrollIntoView` would also scroll the page. */
const showActiveTab = (row: HTMLElement): void => {
  const tab = row.querySelector('[role="tab"][aria-selected="true"]')?.getBoundingClientRect();
  if (!tab) return;
  const { left, right } = row.getBoundingClientRect();
  if (tab.left < left) row.scrollLeft -= left - tab.left;
  else if (tab.right > right) row.scrollLeft += tab.right - right;
};

/** Keeps the active tab visible when the page opens, when another tab becomes active, and when the width changes. */
export const TabRow = ({ children, ...area }: { children: ReactNode } & Pick<ScrollAreaProps, 'mb'>) => {
  const viewport = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = viewport.current;
    if (!row) return;
    const show = (): void => showActiveTab(row);
    const resized = new ResizeObserver(show);
    for (const element of [row, ...row.children]) resized.observe(element);
    const changed = new MutationObserver(show);
    changed.observe(row, { subtree: true, attributeFilter: ['aria-selected'] });
    return () => {
      resized.disconnect();
      changed.disconnect();
    };
  }, []);
  return (
    <ScrollArea type="never" viewportRef={viewport} {...area}>
      <Tabs.List style={{ flexWrap: 'nowrap', minWidth: 'max-content' }}>{children}</Tabs.List>
    </ScrollArea>
  );
};
