/** Compares the counters with ledger and holds: first says what is wrong, then puts it right when told to. */
import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { refreshStock } from './stock-forms.tsx';

const words = { onHand: 'on hand', reserved: 'reserved', onHandAtLocation: 'on hand at' } as const;

export const StockRepair = () => {
  const run = useMutation({
    mutationFn: (dryRun: boolean) => shop.inventory.repair({ dryRun }),
    onSuccess: ({ dryRun, changes }) => {
      if (dryRun) return;
      refreshStock();
      showDone('Counters put right', `${changes.length} changed`);
    },
    onError: showError,
  });
  const report = run.data;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The ledger says how many units are on hand, holds say how many are reserved. Counters that differ are shown here first, and changed
        only when you say so. Every change is in the audit log.
      </Text>
      <Group gap="xs">
        <Button size="xs" loading={run.isPending} onClick={() => run.mutate(true)}>
          Look
        </Button>
        {report?.dryRun && report.changes.length > 0 && (
          <Button size="xs" color="red" loading={run.isPending} onClick={() => run.mutate(false)}>
            Put {report.changes.length} right
          </Button>
        )}
      </Group>
      {report && report.changes.length === 0 && (
        <Alert color="teal" title="Nothing to repair" role="status">
          Every counter is what the ledger and the holds say.
        </Alert>
      )}
      {report && report.changes.length > 0 && (
        <Table.ScrollContainer minWidth={420}>
          <Table verticalSpacing="xs" aria-label={report.dryRun ? 'What is wrong' : 'What was put right'}>
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
                  <Table.Td>
                    {words[c.counter]} {c.location}
                  </Table.Td>
                  <Table.Td ta="right" className="bad">
                    {c.from}
                  </Table.Td>
                  <Table.Td ta="right" fw={600}>
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
