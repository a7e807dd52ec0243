/** The event log, with new events as they are committed. */
import { Badge, Button, Code, Drawer, Table, Text } from '@mantine/core';
import type { ShopEventRecord } from '@cartwright/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
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

export const EventsPage = () => {
  const [open, setOpen] = useState<ShopEventRecord | null>(null);
  const { events, connected } = useLive();
  const query = useInfiniteQuery({
    queryKey: ['events'],
    queryFn: ({ pageParam }) => shop.events.list({ limit: 50, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  const past = query.data?.pages.flatMap((p) => p.items) ?? [];
  const known = new Set(past.map((e) => e.id));
  const rows = [...events.filter((e) => !known.has(e.id)), ...past];
  return (
    <>
      <PageTitle title="Events">
        <Badge color={connected ? 'teal' : 'gray'} variant="dot" tt="none">
          {connected ? 'Live' : 'Not connected'}
        </Badge>
      </PageTitle>
      <Loaded query={query} rows={10}>
        {rows.length === 0 && (
          <Empty title="Nothing has happened yet">
            Every change of an order, a product or the stock is announced here, and to whoever listens.
          </Empty>
        )}
        <Table.ScrollContainer minWidth={560}>
          <Table highlightOnHover verticalSpacing={6}>
            <Table.Tbody>
              {rows.map((event) => (
                <Table.Tr
                  key={event.id}
                  className="row-link"
                  tabIndex={0}
                  onClick={() => setOpen(event)}
                  onKeyDown={(e) => e.key === 'Enter' && setOpen(event)}
                >
                  <Table.Td>
                    <Text size="sm" fw={500}>
                      {event.name}
                    </Text>
                  </Table.Td>
                  <Table.Td className="mono">{event.aggregateId}</Table.Td>
                  <Table.Td>
                    <StatusBadge label={event.delivery} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Ago at={event.occurredAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {query.hasNextPage && (
          <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older events
          </Button>
        )}
      </Loaded>
      <Drawer opened={open !== null} onClose={() => setOpen(null)} position="right" title={open?.name}>
        <Code block>{JSON.stringify(open?.payload, null, 2)}</Code>
        <Text size="xs" c="dimmed" mt="sm" className="mono">
          {open?.id}
        </Text>
      </Drawer>
    </>
  );
};
