/** Dashboard with the sales of today. */
import { Alert, Anchor, Card, Grid, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Table, Text } from '@mantine/core';
import type { Dashboard } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Ago, Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { counted, money, unreadable } from '../lib/format.ts';
import { useRefetchInterval } from '../lib/live-updates.ts';
import { shop } from '../lib/shop.ts';

const SalesChart = lazy(() => import('../components/sales-chart.tsx').then((m) => ({ default: m.SalesChart })));

interface MetricProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly warn?: boolean;
  /** Page that lists what the metric counts. */
  readonly to?: string;
  readonly search?: object;
}
const Metric = ({ label, value, note, warn, to, search }: MetricProps) => (
  <Card
    withBorder
    padding="md"
    {...(to && {
      renderRoot: (props: object) => (
        <Link {...props} to={to} search={search ?? {}} className={`${'className' in props ? String(props.className) : ''} metric-link`} />
      ),
    })}
  >
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <div className="metric-box">
      {/* A long amount gets smaller digits, so that it stays inside the card. */}
      <Text fz={`min(26px, calc(160cqi / ${value.length}))`} fw={650} lh="34px" className={warn ? 'metric bad' : 'metric'}>
        {value}
      </Text>
    </div>
    <Text size="xs" c="dimmed">
      {note ?? '\u00a0'}
    </Text>
  </Card>
);
interface PanelProps {
  readonly title: string;
  /** What the numbers count, and their order. */
  readonly note?: string;
  readonly children: ReactNode;
}
const Panel = ({ title, note, children }: PanelProps) => (
  <Card withBorder padding="md" h="100%">
    <Stack gap={0} mb="sm">
      <Text component="h2" fw={600} fz="md">
        {title}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
    {children}
  </Card>
);
const change = (now: number, before: number): string =>
  before === 0
    ? 'none yesterday'
    : `${now >= before ? '+' : '−'}${Math.abs(Math.round(((now - before) / before) * 100))} % compared with yesterday`;

/** A label that says which currency it counts, or that it counts all. Without further currencies there is nothing to say. */
const labelIn = (d: Dashboard, label: string, counted: string): string => (d.currencies.length > 1 ? `${label}, ${counted}` : label);

const TodayMetrics = ({ d }: { d: Dashboard }) => (
  <SimpleGrid cols={{ base: 2, md: 4 }}>
    <Metric
      label={labelIn(d, 'Sales today', d.currency)}
      value={money(d.today.revenueCents, d.currency)}
      note={change(d.today.revenueCents, d.yesterday.revenueCents)}
    />
    <Metric
      label={labelIn(d, 'Paid orders today', d.currency)}
      value={String(d.today.orders)}
      note={`${money(d.today.averageOrderCents, d.currency)} on average`}
    />
    <Metric
      label={labelIn(d, 'To ship', 'all currencies')}
      value={String(d.ordersToShip)}
      note={d.ordersToShip > 0 ? 'paid, not yet shipped in full' : 'nothing to ship'}
      to="/orders"
      search={{ status: 'confirmed', sort: 'oldest' }}
    />
    <Metric
      label={labelIn(d, 'Failed payments today', 'all currencies')}
      value={String(d.failedPaymentsToday)}
      note={d.failedPaymentsToday > 0 ? 'open an order to see why' : 'no payment failed'}
      warn={d.failedPaymentsToday > 0}
      to="/orders"
      search={{ paymentStatus: 'failed' }}
    />
  </SimpleGrid>
);

/** The sales of today in each currency but the shown one. Amounts of different currencies are never added up. */
const OtherCurrencies = ({ d }: { d: Dashboard }) => {
  const others = d.currencies.filter(({ currency }) => currency !== d.currency);
  if (others.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      Today in other currencies:{' '}
      {others
        .map(({ currency, revenueTodayCents, ordersToday }) => `${money(revenueTodayCents, currency)} (${counted(ordersToday, 'order')})`)
        .join(', ')}
    </Text>
  );
};

/** So many events wait for delivery only when no worker keeps up with them. */
const manyPendingEvents = 1_000;

const UndeliveredEvents = ({ deadCount, pendingCount }: { deadCount: number; pendingCount: number }) => {
  if (deadCount === 0 && pendingCount < manyPendingEvents) return null;
  return (
    <Alert color={deadCount > 0 ? 'red' : 'yellow'} title="Events were not delivered" role="status">
      {deadCount > 0 && `${counted(deadCount, 'event')} failed at every attempt. `}
      {pendingCount >= manyPendingEvents && `${counted(pendingCount, 'event')} wait for delivery: check that a worker is running. `}
      <Anchor component={Link} to="/events" size="sm">
        Show the events
      </Anchor>
    </Alert>
  );
};

const LatestOrders = ({ orders }: { orders: Dashboard['latestOrders'] }) => (
  <Panel title="Latest orders" note="Paid or not">
    {orders.length === 0 && <Empty title="No orders yet">New orders appear here at once.</Empty>}
    <Table verticalSpacing={6}>
      <Table.Tbody>
        {orders.map((order) => (
          <Table.Tr key={order.id}>
            <Table.Td>
              <Anchor component={Link} to={`/orders/${order.id}`} size="sm">
                {order.customer.name ?? unreadable}
              </Anchor>
              <Group gap={6} mt={2}>
                <StatusBadge label={order.label} />
                <Text size="xs" c="dimmed" component="div">
                  <Ago at={order.placedAt} size="xs" />
                </Text>
              </Group>
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>
              {money(order.totalCents, order.currency)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Panel>
);

/** A panel that lists products, with a text for an empty list. */
const Products = ({ none, children, ...panel }: Omit<PanelProps, 'children'> & { none: string; children: ReactNode[] }) => (
  <Panel {...panel}>
    <Stack gap={8}>
      {children}
      {children.length === 0 && (
        <Text c="dimmed" size="sm">
          {none}
        </Text>
      )}
    </Stack>
  </Panel>
);
const ProductLine = ({ id, name, children }: { id: string; name: string; children: ReactNode }) => (
  <Group justify="space-between" wrap="nowrap">
    <Anchor component={Link} to={`/products/${id}`} size="sm" truncate>
      {name}
    </Anchor>
    {children}
  </Group>
);

export const DashboardPage = () => {
  const [currency, setCurrency] = useState<string>();
  const refetchInterval = useRefetchInterval();
  const query = useQuery({
    queryKey: ['dashboard', currency],
    queryFn: () => shop.system.dashboard({ ...(currency && { currency }) }),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const d = query.data;
  return (
    <>
      <PageTitle title="Dashboard">
        {d && d.currencies.length > 1 && (
          <SegmentedControl
            aria-label="Currency of the totals"
            data={d.currencies.map((sold) => sold.currency)}
            value={d.currency}
            onChange={setCurrency}
          />
        )}
      </PageTitle>
      <Loaded query={query}>{d && <Today d={d} />}</Loaded>
    </>
  );
};

const Today = ({ d }: { d: Dashboard }) => (
  <Stack>
    <UndeliveredEvents deadCount={d.deadEvents} pendingCount={d.pendingEvents} />
    <TodayMetrics d={d} />
    <OtherCurrencies d={d} />
    <Panel
      title={labelIn(d, 'Sales of the last 30 days', d.currency)}
      note="Paid orders by the day on which they were placed (UTC), with shipping and tax, without cancelled orders"
    >
      {d.days.some(({ orders }) => orders > 0) ? (
        <Suspense fallback={<Skeleton height={220} />}>
          <SalesChart days={d.days} currency={d.currency} />
        </Suspense>
      ) : (
        <Text c="dimmed" size="sm">
          Nothing sold yet.
        </Text>
      )}
    </Panel>
    <Grid>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <LatestOrders orders={d.latestOrders} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
        <Products
          title={labelIn(d, 'Best sellers', d.currency)}
          note="By the sales of the last 30 days, without shipping"
          none="Nothing sold yet."
        >
          {d.topProducts.map((p) => (
            <ProductLine key={p.productId} id={p.productId} name={p.name}>
              <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
                {p.units} sold · {money(p.revenueCents, d.currency)}
              </Text>
            </ProductLine>
          ))}
        </Products>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 6, lg: 3 }}>
        <Products title="Low stock" note="Available units, fewest first" none="No variant is low on stock.">
          {d.lowStock.map((s) => (
            <ProductLine key={s.variantId} id={s.productId} name={s.name}>
              <Text size="sm" fw={600} className={s.available <= 0 ? 'bad' : ''}>
                {s.available}
              </Text>
            </ProductLine>
          ))}
        </Products>
      </Grid.Col>
    </Grid>
  </Stack>
);
