/** The event log. New events appear live. */
import { Anchor, Badge, Button, CloseButton, Code, Drawer, Group, Table, Text } from '@mantine/core';
import type { ShopEventRecord } from '@cartwright/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { opensRow, walksRows } from '../components/open-row.tsx';
import { Ago, Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { shop } from '../lib/shop.ts';

/** Events since the page was opened, newest first. */
const useLive = () => {
  const [events, setEvents] = useState<ShopEventRecord[]>([]);
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const end = new AbortController();
    const listen = async () => {
      for await (const event of shop.events.live({}, { signal: end.signal })) setEvents((before) => [event, ...before].slice(0, 200));
    };
    listen().catch(() => setConnected(false));
    return () => end.abort();
  }, []);
  return { events, connected };
};

/** Whether the newest event is not listed yet, or a listed event has not been delivered. */
const isWaiting = (listed: readonly ShopEventRecord[] | undefined, newest: ShopEventRecord): boolean =>
  listed?.some((e) => e.delivery === 'pending') || !listed?.some((e) => e.id === newest.id);

/** Subjects of events that have a page in the admin. */
const subjects: Record<string, { path: string; noun: string } | undefined> = {
  order: { path: '/orders', noun: 'order' },
  product: { path: '/products', noun: 'product' },
  flash_sale: { path: '/sales', noun: 'sale' },
};
const Subject = ({ event: { aggregateType, aggregateId } }: { event: ShopEventRecord }) => {
  const subject = subjects[aggregateType];
  return subject ? (
    <Button size="xs" component={Link} to={`${subject.path}/${aggregateId}`}>
      Open the {subject.noun}
    </Button>
  ) : null;
};

const EventTable = ({ rows, onOpen }: { rows: readonly ShopEventRecord[]; onOpen: (event: ShopEventRecord) => void }) => (
  <Table.ScrollContainer minWidth={560}>
    <Table highlightOnHover verticalSpacing={6} className="stacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Event</Table.Th>
          <Table.Th>About</Table.Th>
          <Table.Th>Delivery</Table.Th>
          <Table.Th ta="right">When</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody {...walksRows}>
        {rows.map((event) => (
          <Table.Tr key={event.id} {...opensRow(() => onOpen(event))}>
            <Table.Td>
              <Anchor component="button" type="button" size="sm" fw={500} c="inherit" data-row onClick={() => onOpen(event)}>
                {event.name}
              </Anchor>
            </Table.Td>
            <Table.Td data-label="About">
              <div>
                {event.aggregateType.replaceAll('_', ' ')} <span className="mono">{event.aggregateId}</span>
              </div>
            </Table.Td>
            <Table.Td data-label="Delivery">
              <StatusBadge label={event.delivery} />
            </Table.Td>
            <Table.Td ta="right" data-label="When">
              <Ago at={event.occurredAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

interface DrawerProps {
  readonly event: ShopEventRecord | null;
  readonly onClose: () => void;
  readonly onAbout: (aggregateId: string) => void;
}
const EventDrawer = ({ event, onClose, onAbout }: DrawerProps) => (
  <Drawer opened={event !== null} onClose={onClose} position="right" title={event?.name}>
    {event && (
      <Group gap="xs" mb="md">
        <Subject event={event} />
        <Button size="xs" variant="default" onClick={() => onAbout(event.aggregateId)}>
          Show related events
        </Button>
      </Group>
    )}
    <Code block>{JSON.stringify(event?.payload, null, 2)}</Code>
    <Text size="xs" c="dimmed" mt="sm" className="mono">
      {event?.id}
    </Text>
  </Drawer>
);

export const EventsPage = () => {
  const [about, setAbout] = useState<string | null>(null);
  const [open, setOpen] = useState<ShopEventRecord | null>(null);
  const { events, connected } = useLive();
  const fresh = events.filter((e) => about === null || e.aggregateId === about);
  const query = useInfiniteQuery({
    queryKey: ['events', about],
    queryFn: ({ pageParam }) =>
      shop.events.list({ limit: 50, ...(pageParam && { cursor: pageParam }), ...(about && { aggregateId: about }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // A live event has the delivery state of the time when it was sent: refetch until it has been handled.
    refetchInterval: ({ state }) => (fresh[0] && isWaiting(state.data?.pages[0]?.items, fresh[0]) ? 3_000 : false),
  });
  const past = query.data?.pages.flatMap((p) => p.items) ?? [];
  const known = new Set(past.map((e) => e.id));
  const rows = [...fresh.filter((e) => !known.has(e.id)), ...past];
  return (
    <>
      <PageTitle title="Events">
        <Badge color={connected ? 'teal' : 'gray'} variant="dot" tt="none">
          {connected ? 'Live' : 'Not connected'}
        </Badge>
      </PageTitle>
      {about && (
        <Group gap="xs" mb="sm">
          <Text size="sm">
            Only events about{' '}
            <Text span className="mono">
              {about}
            </Text>
          </Text>
          <CloseButton size="sm" aria-label="Show all events" onClick={() => setAbout(null)} />
        </Group>
      )}
      <Loaded query={query} rows={10}>
        {rows.length === 0 && (
          <Empty title="No events yet">Every change to an order, a product or stock is listed here and sent to subscribers.</Empty>
        )}
        <EventTable rows={rows} onOpen={setOpen} />
        {query.hasNextPage && (
          <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older events
          </Button>
        )}
      </Loaded>
      <EventDrawer
        event={open}
        onClose={() => setOpen(null)}
        onAbout={(id) => {
          setAbout(id);
          setOpen(null);
        }}
      />
    </>
  );
};
