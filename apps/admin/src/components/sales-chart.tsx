/** Sales of the last days. Loaded on demand, because the chart library is the largest part of the app. */
import { AreaChart } from '@mantine/charts';
import { Box } from '@mantine/core';
import { money, shortDate } from '../lib/format.ts';

const total = (days: readonly { revenueCents: number }[]): number => days.reduce((sum, day) => sum + day.revenueCents, 0);

export const SalesChart = ({
  days,
  currency,
}: {
  days: readonly { date: string; orders: number; revenueCents: number }[];
  currency: string;
}) => (
  <Box role="img" aria-label={`Sales of the last ${days.length} days, ${money(total(days), currency)} in total`}>
    <AreaChart
      h={220}
      data={days.map((d) => ({ date: shortDate(d.date), Sales: d.revenueCents }))}
      dataKey="date"
      series={[{ name: 'Sales', color: 'cyan.7' }]}
      curveType="monotone"
      withDots={false}
      gridAxis="y"
      tickLine="none"
      valueFormatter={(cents) => money(cents, currency)}
      yAxisProps={{ width: 76 }}
    />
  </Box>
);
