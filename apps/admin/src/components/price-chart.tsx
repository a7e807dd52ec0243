/** Price history of a variant. Loaded on demand, because the chart library is the largest part of the app. */
import { LineChart } from '@mantine/charts';
import { Box } from '@mantine/core';
import { money, shortDate } from '../lib/format.ts';

export interface PriceStep {
  readonly at: string;
  /** Null where the price of a list ends. */
  readonly priceCents: number | null;
  /** `Own price`, or the name of a price list. */
  readonly series: string;
}
const day = (at: number): string => shortDate(new Date(at).toISOString());
const colors = ['cyan.7', 'grape.7', 'orange.7', 'teal.7', 'pink.7'];

/** A price applies until it changes. Each change gets a row with the price of every series at that time. */
const toRows = (steps: readonly PriceStep[], until: string) => {
  const now: Record<string, number | null> = {};
  const rows = steps.map(({ at, series, priceCents }) => {
    now[series] = priceCents;
    return { at: Date.parse(at), ...now };
  });
  return [...rows, { at: Date.parse(until), ...now }];
};

export const PriceChart = ({
  steps,
  until,
  currency,
  label,
}: {
  steps: readonly PriceStep[];
  until: string;
  currency: string;
  label: string;
}) => {
  const names = [...new Set(steps.map((step) => step.series))];
  return (
    <Box role="img" aria-label={label}>
      <LineChart
        h={200}
        data={toRows(steps, until)}
        dataKey="at"
        series={names.map((name, i) => ({ name, color: colors[i % colors.length] ?? 'gray.7' }))}
        curveType="stepAfter"
        withLegend={names.length > 1}
        gridAxis="y"
        tickLine="none"
        connectNulls={false}
        valueFormatter={(cents) => money(cents, currency)}
        yAxisProps={{ width: 76 }}
        xAxisProps={{
          type: 'number',
          scale: 'time',
          domain: ['dataMin', 'dataMax'],
          tickFormatter: day,
        }}
        tooltipProps={{ labelFormatter: (at: unknown) => (typeof at === 'number' ? day(at) : '') }}
      />
    </Box>
  );
};
