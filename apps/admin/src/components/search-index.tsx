/** Card with the state of the search index and a button to rebuild it. The worker rebuilds it; the card shows the progress. */
import { Card, Group, Progress, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { counted, dateTime } from '../lib/format.ts';
import { queryClient, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { ScopedButton } from './scoped-button.tsx';

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
    onSuccess: (started) => queryClient.setQueryData(key, { run: started }),
    onError: showError,
  });
  const isRunning = run ? run.status !== 'finished' : false;
  const share = run && run.productCount > 0 ? (100 * run.processedCount) / run.productCount : 0;
  return (
    <Card withBorder mb="md">
      <Group justify="space-between" wrap="wrap">
        <div>
          <Text component="h2" fw={600} fz="md">
            Search index
          </Text>
          <Text size="sm" c="dimmed" role="status">
            {run && isRunning && `Rebuilding: ${run.processedCount.toLocaleString('en')} of ${counted(run.productCount, 'product')}`}
            {run?.finishedAt && `${counted(run.processedCount, 'product')} indexed on ${dateTime(run.finishedAt)}`}
            {!run && 'Every change updates it. Rebuild it if search results are missing or wrong.'}
          </Text>
        </div>
        <ScopedButton
          calls="search.reindex"
          variant="default"
          size="xs"
          loading={start.isPending || isRunning}
          onClick={() => start.mutate()}
        >
          Rebuild
        </ScopedButton>
      </Group>
      {isRunning && <Progress mt="sm" value={share} animated aria-label="Products done" />}
    </Card>
  );
};
