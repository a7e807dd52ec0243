/** Lists with drag-and-drop order. Each item has a handle for pointer, touch and keyboard (Space, arrows, Space; Escape cancels). */
import { ActionIcon } from '@mantine/core';
import { DragDropProvider } from '@dnd-kit/react';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { IconGripVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Named {
  readonly id: string;
}

const Item = ({
  id,
  index,
  group,
  name,
  children,
}: Named & { index: number; group: string; name: string; children: (grip: ReactNode) => ReactNode }) => {
  // An item can move only within its own list.
  const { ref, handleRef, isDragging } = useSortable({ id, index, group, type: group, accept: group });
  const grip = (
    <ActionIcon ref={handleRef} variant="subtle" color="gray" aria-label={`Move ${name}`} style={{ cursor: 'grab', touchAction: 'none' }}>
      <IconGripVertical size={16} />
    </ActionIcon>
  );
  return (
    <li ref={ref} className="sortable" data-dragging={isDragging || undefined}>
      {children(grip)}
    </li>
  );
};

interface Props<T extends Named> {
  readonly items: readonly T[];
  /** Name of this list, unique among the lists under one `Sorting`. */
  readonly group: string;
  readonly label: string;
  readonly nameOf: (item: T, index: number) => string;
  /** Whether the account may not change the order: the items then have no handle. */
  readonly isFixed?: boolean;
  readonly children: (item: T, grip: ReactNode, index: number) => ReactNode;
}
/** One sortable list. It must be inside a `Sorting`. */
export const SortableList = <T extends Named>({ items, group, label, nameOf, isFixed = false, children }: Props<T>) => (
  <ul className="sortable-list" aria-label={label}>
    {items.map((item, index) =>
      isFixed ? (
        <li key={item.id} className="sortable">
          {children(item, null, index)}
        </li>
      ) : (
        <Item key={item.id} id={item.id} index={index} group={group} name={nameOf(item, index)}>
          {(grip) => children(item, grip, index)}
        </Item>
      ),
    )}
  </ul>
);

/** Parent of all sortable lists. `onMove` gets the list and the old and new position of the moved item. */
export const Sorting = ({ onMove, children }: { onMove: (group: string, from: number, to: number) => void; children: ReactNode }) => (
  <DragDropProvider
    onDragEnd={({ canceled, operation: { source } }) => {
      if (canceled || !isSortable(source) || source.initialIndex === source.index) return;
      onMove(String(source.group), source.initialIndex, source.index);
    }}
  >
    {children}
  </DragDropProvider>
);

/** A copy of the list with one item moved to another position. */
export const moved = <T,>(list: readonly T[], from: number, to: number): T[] => {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, ...list.slice(from, from + 1));
};
