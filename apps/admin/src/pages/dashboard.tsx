/** The day at a glance. */
import { Anchor, Card, Grid, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Ago, Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

const SalesChart = lazy(() => import('../components/sales-chart.tsx').then((m) => ({ default: m.SalesChart })));

const Figure = ({ label, value, note, warn }: { label: string; value: string; note?: string; warn?: boolean }) => (
  <Card withBorder padding="md">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text fz={26} fw={650} lh={1.3} className={warn ? 'bad' : ''}>
      {value}
    </Text>
    <Text size="xs" c="dimmed">
      {note ?? '\u00a0'}
    </Text>
  </Card>
);
const Panel = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card withBorder padding="md" h="100%">
    <Text component="h2" fw={600} mb="sm" fz="md">
      {title}
    </Text>
    {children}
  </Card>
);
const change = (now: number, before: number): string =>
  before === 0
    ? 'none yesterday'
    : `${now >= before ? '+' : '−'}${Math.abs(Math.round(((now - before) / before) * 100))} % against yesterday`;

export const DashboardPage = () => {
  const [currency, setCurrency] = useState<string>();
  const query = useQuery({
    queryKey: ['dashboard', currency],
    queryFn: () => shop.system.dashboard({ ...(currency && { currency }) }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const d = query.data;
  return (
    <>
      <PageTitle title="Dashboard">
        {d && d.currencies.length > 1 && (
          <SegmentedControl
            aria-label="Currency of the sums"
            data={d.currencies.map((sold) => sold.currency)}
            value={d.currency}
            onChange={setCurrency}
          />
        )}
      </PageTitle>
      <Loaded query={query}>
        {d && (
          <Stack>
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <Figure
                label="Sales today"
                value={money(d.today.revenueCents, d.currency)}
                note={change(d.today.revenueCents, d.yesterday.revenueCents)}
              />
              <Figure
                label="Orders today"
                value={String(d.today.orders)}
                note={`${money(d.today.averageOrderCents, d.currency)} on average`}
              />
              <Figure label="To ship" value={String(d.ordersToShip)} note="paid and waiting" />
              <Figure
                label="Failed payments today"
                value={String(d.failedPaymentsToday)}
                note={d.deadEvents > 0 ? `${d.deadEvents} dead events` : `${d.pendingEvents} events in the queue`}
                warn={d.failedPaymentsToday > 0 || d.deadEvents > 0}
              />
            </SimpleGrid>
            <Panel title="Sales of the last 30 days">
              <Suspense fallback={<Skeleton height={220} />}>
                <SalesChart days={d.days} currency={d.currency} />
              </Suspense>
            </Panel>
            <Grid>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Panel title="Latest orders">
                  {d.latestOrders.length === 0 && <Empty title="No orders yet">They appear here as they come in.</Empty>}
                  <Table verticalSpacing={6}>
                    <Table.Tbody>
                      {d.latestOrders.map((order) => (
                        <Table.Tr key={order.id}>
                          <Table.Td>
                            <Anchor component={Link} to={`/orders/${order.id}`} size="sm">
                              {order.customer.name}
                            </Anchor>
                            <Text size="xs" c="dimmed">
                              <Ago at={order.placedAt} />
                            </Text>
                          </Table.Td>
                          <Table.Td>
                            <StatusBadge label={order.label} />
                          </Table.Td>
                          <Table.Td ta="right">{money(order.totalCents, order.currency)}</Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </Panel>
              </Grid.Col>
              <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
                <Panel title="Best sellers, 30 days">
                  <Stack gap={8}>
                    {d.topProducts.map((p) => (
                      <Group key={p.productId} justify="space-between" wrap="nowrap">
                        <Anchor component={Link} to={`/products/${p.productId}`} size="sm" truncate>
                          {p.name}
                        </Anchor>
                        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
                          {p.units} × · {money(p.revenueCents, d.currency)}
                        </Text>
                      </Group>
                    ))}
                    {d.topProducts.length === 0 && (
                      <Text c="dimmed" size="sm">
                        Nothing sold yet.
                      </Text>
                    )}
                  </Stack>
                </Panel>
              </Grid.Col>
              <Grid.Col span={{ base: 12, sm: 6, lg: 3 }}>
                <Panel title="Low stock">
                  <Stack gap={8}>
                    {d.lowStock.map((s) => (
                      <Group key={s.variantId} justify="space-between" wrap="nowrap">
                        <Anchor component={Link} to={`/products/${s.productId}`} size="sm" truncate>
                          {s.name}
                        </Anchor>
                        <Text size="sm" fw={600} className={s.available <= 0 ? 'bad' : ''}>
                          {s.available}
                        </Text>
                      </Group>
                    ))}
                    {d.lowStock.length === 0 && (
                      <Text c="dimmed" size="sm">
                        Everything is well stocked.
                      </Text>
                    )}
                  </Stack>
                </Panel>
              </Grid.Col>
            </Grid>
          </Stack>
        )}
      </Loaded>
    </>
  );
};
