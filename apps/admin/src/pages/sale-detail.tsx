/** Live page of one flash sale: sold units, pace, queue, and the buttons that pause and end it. */
import { Alert, Anchor, Badge, Breadcrumbs, Card, Group, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { FlashSale, FlashSaleMetrics } from '@cartwright/contracts';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { MoveUnits } from '../components/move-units.tsx';
import { Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { dateTime, money } from '../lib/format.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { scopesOfProcedure } from '../lib/scopes.gen.ts';
import { shop } from '../lib/shop.ts';

const PaceChart = lazy(() => import('../components/pace-chart.tsx').then((m) => ({ default: m.PaceChart })));

/** Live metrics of a sale; null until the first ones arrive. `lacking` says why the account cannot read them. */
const useMetrics = (saleId: FlashSale['id']) => {
  const lacking = useMissingScopes(...scopesOfProcedure['flashSales.watch']);
  const [metrics, setMetrics] = useState<FlashSaleMetrics | null>(null);
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    if (lacking !== null) return undefined;
    const end = new AbortController();
    const listen = async () => {
      for await (const now of shop.flashSales.watch({ saleId }, { signal: end.signal })) setMetrics(now);
    };
    listen().catch(() => setConnected(false));
    return () => end.abort();
  }, [saleId, lacking]);
  return { metrics, connected, lacking };
};

const Tile = ({ label, value, hint }: { label: string; value: string; hint?: string }) => (
  <Card withBorder padding="sm">
    <Text size="xs" c="dimmed">
      {label}
    </Text>
    <Text size="xl" fw={700} className="metric">
      {value}
    </Text>
    {hint && (
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
    )}
  </Card>
);

const share = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

interface BurnDownProps {
  readonly item: FlashSaleMetrics['items'][number];
  /** The item as it was set up; undefined when it is unknown. */
  readonly terms: FlashSale['items'][number] | undefined;
  readonly ended: boolean;
}
const BurnDown = ({ item, terms, ended }: BurnDownProps) => {
  const { unitsAllocated: all, unitsSold, unitsHeld, unitsFree } = item;
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Stack gap={0}>
          <Text fw={600}>{item.productName}</Text>
          <Text size="xs" c="dimmed" className="mono">
            {item.sku}
          </Text>
          {terms && (
            <Text size="xs" c="dimmed">
              {money(terms.salePriceCents, item.currency)} for one unit
              {terms.limitPerCustomer !== null && `, ${terms.limitPerCustomer} at most for each customer`}
            </Text>
          )}
        </Stack>
        <Group gap="sm">
          <Text size="sm">
            <b>{money(item.revenueCents, item.currency)}</b> from paid orders, without shipping
          </Text>
          {!ended && <MoveUnits itemId={item.itemId} />}
        </Group>
      </Group>
      <Progress.Root size={22} aria-label={`${unitsSold} sold, ${unitsHeld} held, ${unitsFree} available of ${all}`}>
        <Progress.Section value={share(unitsSold, all)} color="teal.8" aria-label="Sold" />
        <Progress.Section value={share(unitsHeld, all)} color="yellow.6" aria-label="Held" />
      </Progress.Root>
      <Group gap="lg" mt="xs">
        <Badge variant="dot" color="teal.8" tt="none">
          {unitsSold.toLocaleString('en')} sold
        </Badge>
        <Badge variant="dot" color="yellow.6" tt="none">
          {unitsHeld.toLocaleString('en')} awaiting payment
        </Badge>
        <Badge variant="dot" color="gray.5" tt="none">
          {unitsFree.toLocaleString('en')} available of {all.toLocaleString('en')}
        </Badge>
      </Group>
    </Card>
  );
};

const steps = { pause: shop.flashSales.pause, resume: shop.flashSales.resume, end: shop.flashSales.end };

const Controls = ({ sale, state }: { sale: FlashSale; state: FlashSale['state'] }) => {
  const run = useMutation({
    mutationFn: (step: keyof typeof steps) => steps[step]({ saleId: sale.id }),
    onSuccess: (_, step) => {
      showDone({ pause: 'The sale is paused', resume: 'The sale is running again', end: 'The sale has ended' }[step]);
      void queryClient.invalidateQueries({ queryKey: ['sale'] });
      void queryClient.invalidateQueries({ queryKey: ['sales'] });
    },
    onError: showError,
  });
  const confirmEnd = () =>
    modals.openConfirmModal({
      title: 'End this sale permanently?',
      children: <Text size="sm">Available units return to regular stock. Orders awaiting payment keep their units.</Text>,
      labels: { confirm: 'End the sale', cancel: 'Keep it running' },
      confirmProps: { color: 'red' },
      onConfirm: () => run.mutate('end'),
    });
  if (state === 'ended') return null;
  return (
    <>
      {state === 'paused' ? (
        <ScopedButton
          calls="flashSales.resume"
          color="teal"
          leftSection={<IconPlayerPlay size={16} />}
          loading={run.isPending}
          onClick={() => run.mutate('resume')}
        >
          Resume
        </ScopedButton>
      ) : (
        <ScopedButton
          calls="flashSales.pause"
          color="red.9"
          leftSection={<IconPlayerPause size={16} />}
          loading={run.isPending}
          onClick={() => run.mutate('pause')}
        >
          Pause the sale
        </ScopedButton>
      )}
      <ScopedButton calls="flashSales.end" variant="default" leftSection={<IconPlayerStop size={16} />} onClick={confirmEnd}>
        End the sale
      </ScopedButton>
    </>
  );
};

const Tiles = ({ metrics, hasWaitingRoom }: { metrics: FlashSaleMetrics; hasWaitingRoom: boolean }) => {
  const sum = (count: (item: FlashSaleMetrics['items'][number]) => number): string =>
    metrics.items.reduce((total, item) => total + count(item), 0).toLocaleString('en');
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      <Tile
        label="Placed orders, paid or not"
        value={sum((item) => item.orders)}
        hint={`${metrics.ordersLastMinute.toLocaleString('en')} in the last minute`}
      />
      <Tile label="Available units" value={sum((item) => item.unitsFree)} hint={`of ${sum((item) => item.unitsAllocated)}`} />
      <Tile
        label="Waiting"
        value={metrics.waiting.toLocaleString('en')}
        hint={hasWaitingRoom ? 'in the waiting room' : 'no waiting room'}
      />
      <Tile label="Admitted" value={metrics.inside.toLocaleString('en')} hint="have not ordered yet" />
    </SimpleGrid>
  );
};

const Pace = ({ pace }: Pick<FlashSaleMetrics, 'pace'>) => (
  <Card withBorder>
    <Title order={2} size="h5" mb="sm">
      Units ordered per ten seconds, paid or not
    </Title>
    {pace.length === 0 ? (
      <Text size="sm" c="dimmed">
        The chart starts with the first purchase.
      </Text>
    ) : (
      <Suspense fallback={<Skeleton height={200} />}>
        <PaceChart pace={pace} />
      </Suspense>
    )}
  </Card>
);

const Metrics = ({ metrics, sale }: { metrics: FlashSaleMetrics | null; sale: FlashSale }) => {
  if (!metrics)
    return (
      <Stack aria-busy="true" aria-label="Loading">
        <Skeleton height={90} />
        <Skeleton height={120} />
      </Stack>
    );
  return (
    <Stack>
      <Tiles metrics={metrics} hasWaitingRoom={sale.waitingRoom} />
      {metrics.items.map((item) => (
        <BurnDown key={item.itemId} item={item} terms={sale.items.find(({ id }) => id === item.itemId)} ended={metrics.state === 'ended'} />
      ))}
      <Pace pace={metrics.pace} />
    </Stack>
  );
};

const Sale = ({ sale }: { sale: FlashSale }) => {
  const { metrics, connected, lacking } = useMetrics(sale.id);
  const state = metrics?.state ?? sale.state;
  return (
    <>
      <PageTitle title={sale.name}>
        <StatusBadge label={state} />
        {lacking === null && (
          <Badge color={connected ? 'teal' : 'gray'} variant="dot" tt="none">
            {connected ? 'Live' : 'Not connected'}
          </Badge>
        )}
        <Controls sale={sale} state={state} />
      </PageTitle>
      <Text size="sm" c="dimmed" mb="md">
        {dateTime(sale.startsAt)} to {dateTime(sale.endsAt)}
        {sale.waitingRoom && ' · with a waiting room'}
      </Text>
      {state === 'paused' && (
        <Alert color="orange" mb="md" title="Nothing is sold while the sale is paused">
          Customers are asked to try again later. Orders awaiting payment can still be paid.
        </Alert>
      )}
      {lacking === null ? (
        <Metrics metrics={metrics} sale={sale} />
      ) : (
        <Empty title="The metrics of this sale are not shown">{lacking}</Empty>
      )}
    </>
  );
};

export const SalePage = () => {
  const { saleId } = useParams({ from: '/shell/sales/$saleId' });
  const query = useQuery({ queryKey: ['sale', saleId], queryFn: () => shop.flashSales.get({ saleId }) });
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/sales" size="sm">
          Flash sales
        </Anchor>
        <Text size="sm">{query.data?.name ?? '…'}</Text>
      </Breadcrumbs>
      <Loaded query={query}>{query.data && <Sale key={query.data.id} sale={query.data} />}</Loaded>
    </>
  );
};
