/** Details of one stock level: locations, holds, ledger and the actions of staff. */
import { Drawer, Group, SimpleGrid, Stack, Table, Tabs, Text } from '@mantine/core';
import type { StockLevel } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { shop } from '../lib/shop.ts';
import { availableInWords } from '../lib/stock-words.ts';
import { AdjustStock } from './adjust-stock.tsx';
import { Ago, Empty, Loaded, StatusBadge } from './page.tsx';
import { StockDialog, type StockAction } from './stock-forms.tsx';
import { TabRow } from './tab-row.tsx';
import { ScopedButton } from './scoped-button.tsx';

type VariantId = StockLevel['variantId'];

const Ledger = ({ variantId }: { variantId: VariantId }) => {
  const query = useQuery({ queryKey: ['movements', variantId], queryFn: () => shop.inventory.movements({ variantId, pageSize: 50 }) });
  return (
    <Loaded query={query}>
      <Table verticalSpacing={6} aria-label="Ledger">
        <Table.Tbody>
          {query.data?.items.map((m) => (
            <Table.Tr key={m.id}>
              <Table.Td ta="right" fw={600} className={m.quantity > 0 ? 'good' : 'bad'}>
                {m.quantity > 0 ? '+' : ''}
                {m.quantity}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{m.reason}</Text>
                <Text size="xs" c="dimmed">
                  {m.kind} · {m.location} · <Ago at={m.createdAt} size="xs" />
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Loaded>
  );
};

const Holds = ({ variantId }: { variantId: VariantId }) => {
  const query = useQuery({ queryKey: ['holds', variantId], queryFn: () => shop.inventory.holds({ variantId, pageSize: 50 }) });
  return (
    <Loaded query={query}>
      {query.data?.items.length === 0 ? (
        <Empty title="No holds">Carts and unpaid orders hold the units in them.</Empty>
      ) : (
        <Table verticalSpacing={6} className="stacks" aria-label="Holds">
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">Units</Table.Th>
              <Table.Th>Held by</Table.Th>
              <Table.Th>Since</Table.Th>
              <Table.Th>Until</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data?.items.map((h) => (
              <Table.Tr key={h.id}>
                <Table.Td ta="right" data-label="Units">
                  {h.quantity}
                </Table.Td>
                <Table.Td data-label="Held by">
                  <Text size="sm" className="mono">
                    {[h.orderNumber, (h.orderNumber === null || h.heldBy === 'backorder') && h.heldBy].filter(Boolean).join(' · ')}
                  </Text>
                </Table.Td>
                <Table.Td data-label="Since">
                  <Ago at={h.createdAt} />
                </Table.Td>
                <Table.Td data-label="Until">
                  {h.lapsed ? <StatusBadge label="lapsed" /> : h.expiresAt && <Ago at={h.expiresAt} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Loaded>
  );
};

const Metric = ({ label, value }: { label: string; value: number | string }) => (
  <div>
    <Text size="xs" c="dimmed">
      {label}
    </Text>
    <Text fw={600} size="lg">
      {value}
    </Text>
  </div>
);

const Details = ({ variantId }: { variantId: VariantId }) => {
  const [action, setAction] = useState<StockAction | 'adjust' | null>(null);
  const query = useQuery({ queryKey: ['level', variantId], queryFn: () => shop.inventory.get({ variantId }) });
  const level = query.data;
  return (
    <Loaded query={query}>
      {level && (
        <Stack>
          <Group gap="xs">
            <Text className="mono" size="sm">
              {level.sku}
            </Text>
            <StatusBadge label={level.tracked ? level.status : 'not_tracked'} />
          </Group>
          <SimpleGrid cols={{ base: 2, xs: 4 }}>
            <Metric label="On hand" value={level.onHand} />
            <Metric label="Reserved" value={level.reserved} />
            <Metric label="Available" value={availableInWords(level)} />
            <Metric label="Backorder limit" value={level.backorderLimit} />
          </SimpleGrid>
          <Group gap="xs">
            <ScopedButton calls="inventory.adjust" size="xs" disabled={!level.tracked} onClick={() => setAction('adjust')}>
              Adjust
            </ScopedButton>
            <ScopedButton calls="inventory.set" size="xs" variant="light" disabled={!level.tracked} onClick={() => setAction('count')}>
              Enter a count
            </ScopedButton>
            <ScopedButton
              calls="inventory.transfer"
              size="xs"
              variant="light"
              disabled={!level.tracked || level.locations.length < 2}
              onClick={() => setAction('transfer')}
            >
              Transfer
            </ScopedButton>
            <ScopedButton calls="inventory.configure" size="xs" variant="light" onClick={() => setAction('limits')}>
              Limits
            </ScopedButton>
          </Group>
          <Tabs defaultValue="ledger">
            <TabRow>
              <Tabs.Tab value="ledger">Ledger</Tabs.Tab>
              <Tabs.Tab value="holds">Holds</Tabs.Tab>
              <Tabs.Tab value="locations">Locations</Tabs.Tab>
            </TabRow>
            <Tabs.Panel value="ledger" pt="xs">
              <Ledger variantId={variantId} />
            </Tabs.Panel>
            <Tabs.Panel value="holds" pt="xs">
              <Holds variantId={variantId} />
            </Tabs.Panel>
            <Tabs.Panel value="locations" pt="xs">
              <Table aria-label="Units at locations">
                <Table.Tbody>
                  {level.locations.map((l) => (
                    <Table.Tr key={l.locationId}>
                      <Table.Td>{l.code}</Table.Td>
                      <Table.Td ta="right" className={l.onHand < 0 ? 'bad' : ''}>
                        {l.onHand}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Tabs.Panel>
          </Tabs>
          <AdjustStock target={action === 'adjust' ? level : null} onClose={() => setAction(null)} />
          <StockDialog level={level} action={action === 'adjust' ? null : action} onClose={() => setAction(null)} />
        </Stack>
      )}
    </Loaded>
  );
};

export const StockDetails = ({ level, onClose }: { level: StockLevel | null; onClose: () => void }) => (
  <Drawer opened={level !== null} onClose={onClose} position="right" size="lg" title={level?.name}>
    {level && <Details variantId={level.variantId} />}
  </Drawer>
);
