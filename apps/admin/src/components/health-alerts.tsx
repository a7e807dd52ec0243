/** Alerts that staff must act on: event consumers that no worker handles, and stored values that cannot be read. */
import { Alert, Anchor, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { counted, dateTime } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

export const Consumers = () => {
  const query = useQuery({ queryKey: ['consumers'], queryFn: () => shop.system.consumers() });
  const absent = query.data?.items.filter((consumer) => consumer.absent) ?? [];
  if (absent.length === 0) return null;
  return (
    <Alert mb="md" color="red" title="Event consumers that no worker handles">
      <Stack gap={4}>
        {absent.map((consumer) => (
          <Text size="sm" key={consumer.name}>
            <Code>{consumer.name}</Code>: {counted(consumer.pendingCount, 'event')} waiting. A worker last handled it{' '}
            {dateTime(consumer.lastSeenAt)}.
          </Text>
        ))}
        <Text size="sm">
          Start a worker that handles the consumer, or remove the consumer on the server:{' '}
          <Code>npm run cartwright -- consumers retire NAME</Code>
        </Text>
      </Stack>
    </Alert>
  );
};

export const UnreadableValues = () => {
  const query = useQuery({ queryKey: ['unreadable-values'], queryFn: () => shop.system.unreadable({ pageSize: 20 }) });
  const page = query.data;
  if (!page || page.totalCount === 0) return null;
  return (
    <Alert mb="md" color="red" title={`Stored values that cannot be read: ${page.totalCount}`}>
      <Stack gap={4}>
        {page.items.map(({ table, column, rowId, foundAt }) => (
          <Text size="sm" key={`${table} ${column} ${rowId}`}>
            <Code>
              {table}.{column}
            </Code>{' '}
            of{' '}
            {table === 'orders' ? (
              <Anchor component={Link} to={`/orders/${rowId}`} size="sm" className="mono">
                {rowId}
              </Anchor>
            ) : (
              <Code>{rowId}</Code>
            )}
            , found {dateTime(foundAt)}
          </Text>
        ))}
        <Text size="sm">Enter each value again where it is shown as unreadable, or restore its row from a backup.</Text>
      </Stack>
    </Alert>
  );
};
