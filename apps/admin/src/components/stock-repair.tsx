/** Compares the stock counters with the ledger and the holds, lists the wrong ones, and corrects them on request. */
import { Alert, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { refreshStock } from './stock-forms.tsx';
import { ScopedButton } from './scoped-button.tsx';

const counterNames = { onHand: 'on hand', reserved: 'reserved', onHandAtLocation: 'on hand at' } as const;

const unitsOf = (supplied: readonly { readonly units: number }[]) => supplied.reduce((sum, { units }) => sum + units, 0);

export const StockRepair = () => {
  const run = useMutation({
    mutationFn: (dryRun: boolean) => shop.inventory.repair({ dryRun }),
    onSuccess: ({ dryRun, changes, supplied }) => {
      if (dryRun) return;
      refreshStock();
      showDone('Counters corrected', `${changes.length} changed, ${unitsOf(supplied)} units given to orders`);
    },
    onError: showError,
  });
  const report = run.data;
  const found = report ? report.changes.length + report.supplied.length : 0;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The ledger gives the units on hand, the holds give the reserved units. The check lists counters that differ from them. Nothing
        changes until you correct them. Paid orders then also get the units on hand that they wait for. Every correction is in the audit
        log.
      </Text>
      <Group gap="xs">
        <ScopedButton calls="inventory.repair" size="xs" loading={run.isPending} onClick={() => run.mutate(true)}>
          Check
        </ScopedButton>
        {report?.dryRun && found > 0 && (
          <ScopedButton calls="inventory.repair" size="xs" color="red" loading={run.isPending} onClick={() => run.mutate(false)}>
            {report.changes.length === 0
              ? 'Give units to orders'
              : `Correct ${report.changes.length} ${report.changes.length === 1 ? 'counter' : 'counters'}`}
          </ScopedButton>
        )}
      </Group>
      {report && found + report.uncorrected.length === 0 && (
        <Alert color="teal" title="Nothing to repair" role="status">
          Every counter agrees with the ledger and the holds.
        </Alert>
      )}
      {report && report.uncorrected.length > 0 && (
        <Alert color="orange" title="Left as they are: the ledger is below zero" role="status">
          {[...new Set(report.uncorrected.map(({ sku }) => sku))].join(', ')}. Add the units that the ledger lacks, repair again, and count
          the units.
        </Alert>
      )}
      {report && report.supplied.length > 0 && (
        <Alert color="blue" title={report.dryRun ? 'Units on hand that paid orders wait for' : 'Units that paid orders got'} role="status">
          {report.supplied.map(({ sku, units }) => `${sku}: ${units}`).join(', ')}
        </Alert>
      )}
      {report && report.changes.length > 0 && (
        <Table.ScrollContainer minWidth={420}>
          <Table verticalSpacing="xs" className="stacks" aria-label={report.dryRun ? 'Wrong counters' : 'Corrected counters'}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Variant</Table.Th>
                <Table.Th>Counter</Table.Th>
                <Table.Th ta="right">{report.dryRun ? 'Is' : 'Was'}</Table.Th>
                <Table.Th ta="right">{report.dryRun ? 'Should be' : 'Is now'}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report.changes.map((c) => (
                <Table.Tr key={`${c.variantId}${c.counter}${c.location ?? ''}`}>
                  <Table.Td className="mono">{c.sku}</Table.Td>
                  <Table.Td data-label="Counter">
                    {counterNames[c.counter]} {c.location}
                  </Table.Td>
                  <Table.Td ta="right" className="bad" data-label={report.dryRun ? 'Is' : 'Was'}>
                    {c.from}
                  </Table.Td>
                  <Table.Td ta="right" fw={600} data-label={report.dryRun ? 'Should be' : 'Is now'}>
                    {c.to}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
};
