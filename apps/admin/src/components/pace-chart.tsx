/** Units ordered per ten seconds. Loaded on demand, because the chart library is the largest part of the app. */
import { BarChart } from '@mantine/charts';
import { Box } from '@mantine/core';

const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

export const PaceChart = ({ pace }: { pace: readonly { at: string; units: number }[] }) => (
  <Box role="img" aria-label={`Units ordered per ten seconds, ${Math.max(0, ...pace.map((p) => p.units))} at most`}>
    <BarChart
      h={200}
      data={pace.map((p) => ({ at: time.format(new Date(p.at)), Units: p.units }))}
      dataKey="at"
      series={[{ name: 'Units', color: 'cyan.7' }]}
      barProps={{ maxBarSize: 36 }}
      gridAxis="y"
      tickLine="none"
      yAxisProps={{ allowDecimals: false, width: 44 }}
    />
  </Box>
);
