/** The search's rows, and the button that has them built anew. The worker does it; the card watches. */
import { Button, Card, Group, Progress, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { dateTime } from '../lib/format.ts';
import { queryClient, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const key = ['reindex'];

export const SearchIndex = () => {
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => shop.search.reindexProgress(),
    refetchInterval: ({ state }) => (state.data?.run && state.data.run.status !== 'finished' ? 1_000 : false),
  });
  const run = data?.run;
  const start = useMutation({
    mutationFn: () => shop.search.reindex(),
    onSuccess: (begun) => queryClient.setQueryData(key, { run: begun }),
    onError: showError,
  });
  const isOpen = run ? run.status !== 'finished' : false;
  const share = run && run.productCount > 0 ? (100 * run.processedCount) / run.productCount : 0;
  return (
    <Card withBorder mb="md">
      <Group justify="space-between" wrap="wrap">
        <div>
          <Text component="h2" fw={600} fz="md">
            Search index
          </Text>
          <Text size="sm" c="dimmed" role="status">
            {run &&
              isOpen &&
              `Building anew: ${run.processedCount.toLocaleString('en')} of ${run.productCount.toLocaleString('en')} products`}
            {run?.finishedAt && `${run.processedCount.toLocaleString('en')} products built anew on ${dateTime(run.finishedAt)}`}
            {!run && 'Kept up to date by every change. Build it anew when the search finds what is not there, or misses what is.'}
          </Text>
        </div>
        <Button variant="default" size="xs" loading={start.isPending || isOpen} onClick={() => start.mutate()}>
          Build anew
        </Button>
      </Group>
      {isOpen && <Progress mt="sm" value={share} animated aria-label="Products done" />}
    </Card>
  );
};
