/** Price history of a product, and its lowest price in the last 30 days. */
import { Card, Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { ago, money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { Loaded } from './page.tsx';

const PriceChart = lazy(() => import('./price-chart.tsx').then((m) => ({ default: m.PriceChart })));
const days = 90;

export const PriceHistory = ({ productId }: { productId: string }) => {
  const [chosen, setChosen] = useState<string | null>(null);
  const history = useQuery({ queryKey: ['price-history', productId], queryFn: () => shop.priceLists.history({ id: productId, days }) });
  const variants = history.data?.variants ?? [];
  const variant = variants.find((v) => v.variantId === chosen) ?? variants[0];
  const since = new Date(history.dataUpdatedAt - days * 86_400_000).toISOString();
  const steps = (variant?.changes ?? []).map((change) => ({
    // A price that was set before the period is drawn from the start of the period.
    at: change.at > since ? change.at : since,
    priceCents: change.priceCents,
    series: change.priceListId === null ? 'Own price' : (change.priceListName ?? 'Deleted price list'),
  }));
  const last = variant?.changes.at(-1);
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Text component="h2" fw={600} fz="md">
          Prices in the last {days} days
        </Text>
        {variants.length > 1 && (
          <Select
            size="xs"
            aria-label="Variant of the chart"
            allowDeselect={false}
            data={variants.map((v) => ({ value: v.variantId, label: v.sku }))}
            value={variant?.variantId ?? null}
            onChange={setChosen}
          />
        )}
      </Group>
      <Loaded query={history} rows={3}>
        {variant && (
          <Stack gap="xs">
            <Suspense fallback={<Skeleton height={200} />}>
              <PriceChart
                steps={steps}
                until={new Date(history.dataUpdatedAt).toISOString()}
                currency={variant.currency}
                label={
                  `Price of ${variant.sku}: ${money(variant.priceCents, variant.currency)} now, ` +
                  `${variant.changes.length} changes shown`
                }
              />
            </Suspense>
            <Text size="sm" c="dimmed">
              Lowest price in 30 days: {money(variant.lowestPriceCents, variant.currency)}
              {variant.priorPriceCents !== null && `, before the current price: ${money(variant.priorPriceCents, variant.currency)}`}
              {last && ` · last change ${ago(last.at)}`}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
};
