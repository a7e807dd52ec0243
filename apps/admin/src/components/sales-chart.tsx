/** Thirty days of sales. On its own, because the chart library is the heaviest thing of the app. */
import { AreaChart } from '@mantine/charts';
import { money, shortDate } from '../lib/format.ts';

export const SalesChart = ({
  days,
  currency,
}: {
  days: readonly { date: string; orders: number; revenueCents: number }[];
  currency: string;
}) => (
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
    aria-label="Sales of the last 30 days"
  />
);
