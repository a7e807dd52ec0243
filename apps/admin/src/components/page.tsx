/** Parts that the pages share: title, loading state, pager, status badges. */
import { Alert, Badge, Button, Center, Group, Pagination, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { ago, dateTime } from '../lib/format.ts';
import { canBeRetried, explain } from '../lib/queries.ts';
import { statusLabel } from '../lib/status-words.ts';

export const PageTitle = ({ title, children }: { title: string; children?: ReactNode }) => (
  <Group justify="space-between" mb="md" gap="sm">
    <title>{`${title} · Cartwright`}</title>
    <Title order={1} size="h3">
      {title}
    </Title>
    <Group gap="xs">{children}</Group>
  </Group>
);

interface State {
  readonly isPending: boolean;
  readonly error: unknown;
  refetch(): unknown;
}
/** Shows a skeleton while a query loads, its error with a retry button, or the content. */
export const Loaded = ({ query, children, rows = 6 }: { query: State; children: ReactNode; rows?: number }) => {
  if (query.error) {
    const { title, detail } = explain(query.error);
    return (
      <Alert color="red" title={title} role="alert" maw={640}>
        <Stack gap="xs" align="flex-start">
          {detail && <Text size="sm">{detail}</Text>}
          {canBeRetried(query.error) && (
            <Button size="xs" variant="light" color="red" onClick={() => void query.refetch()}>
              Try again
            </Button>
          )}
        </Stack>
      </Alert>
    );
  }
  if (query.isPending)
    return (
      <Stack gap="xs" aria-busy="true" aria-label="Loading">
        {Array.from({ length: rows }, (_, i) => (
          <Skeleton key={i} height={34} />
        ))}
      </Stack>
    );
  return children;
};

export const Empty = ({ title, children }: { title: string; children: ReactNode }) => (
  <Center mih={220}>
    <Stack gap={6} align="center" maw={420}>
      <Text fw={600} ta="center">
        {title}
      </Text>
      <Text size="sm" c="dimmed" ta="center">
        {children}
      </Text>
    </Stack>
  </Center>
);

export const Pager = ({
  page,
  pageSize,
  totalCount,
  totalIsExact = true,
  onChange,
}: {
  page: number;
  pageSize: number;
  totalCount: number;
  totalIsExact?: boolean;
  onChange: (page: number) => void;
}) => (
  <Group justify="space-between" mt="md">
    <Text size="sm" c="dimmed" aria-live="polite">
      {totalIsExact ? '' : 'More than '}
      {totalCount.toLocaleString('en')} in total
    </Text>
    {totalCount > pageSize && (
      <Pagination
        size="sm"
        total={Math.ceil(totalCount / pageSize)}
        value={page}
        onChange={onChange}
        getControlProps={(control) => ({ 'aria-label': `${control} page` })}
      />
    )}
  </Group>
);

const colors: Record<string, string> = {
  Paid: 'teal',
  Unpaid: 'yellow',
  Shipped: 'blue',
  Delivered: 'indigo',
  'Declined, can be paid': 'orange',
  'Not paid': 'gray',
  Expired: 'gray',
  Cancelled: 'gray',
  Deleted: 'red',
  Refunded: 'grape',
  Returned: 'grape',
  'Partly refunded': 'grape',
  'Partly shipped': 'cyan',
  'Partly returned': 'grape',
  requested: 'yellow',
  approved: 'blue',
  rejected: 'gray',
  received: 'teal',
  in_transit: 'blue',
  written_off: 'gray',
  Disputed: 'red',
  open: 'teal',
  scheduled: 'blue',
  paused: 'orange',
  ended: 'gray',
  active: 'teal',
  inactive: 'gray',
  disabled: 'gray',
  expired: 'gray',
  empty: 'gray',
  draft: 'gray',
  unlisted: 'blue',
  archived: 'dark',
  done: 'teal',
  pending: 'yellow',
  dead: 'red',
  passed: 'teal',
  created: 'teal',
  updated: 'blue',
  unchanged: 'gray',
  failed: 'red',
  captured: 'teal',
  refunded: 'grape',
  partially_refunded: 'grape',
  voided: 'gray',
  in_stock: 'teal',
  low_stock: 'yellow',
  backorder: 'orange',
  sold_out: 'red',
};
export const StatusBadge = ({ label }: { label: string }) => {
  const color = colors[label] ?? 'gray';
  // The theme's shade is made for text on white. As a dot on a dark background it looks like the other colours.
  const dot = `light-dark(var(--mantine-color-${color}-8), var(--mantine-color-${color}-4))`;
  return (
    <Badge
      variant="dot"
      tt="none"
      radius="sm"
      fw={500}
      // A narrow column must not cut the word.
      miw="max-content"
      data-status
      style={{ flexShrink: 0, verticalAlign: 'middle' }}
      vars={() => ({ root: { '--badge-dot-color': dot } })}
    >
      {statusLabel(label)}
    </Badge>
  );
};

export const Ago = ({ at, size = 'sm' }: { at: string; size?: 'xs' | 'sm' }) => (
  <Tooltip label={dateTime(at)}>
    <Text span size={size} style={{ whiteSpace: 'nowrap' }}>
      {ago(at)}
    </Text>
  </Tooltip>
);
