/** Gift cards and store credit: their balances, and the ledger of each one. */
import { Anchor, Drawer, Group, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import type { StoreCredit, StoreCreditMovement } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AdjustDialog, IssueDialog } from '../components/credit-dialogs.tsx';
import { Ago, Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { InShopCurrency } from '../components/shop-currency.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { creditName, dateTime, money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const movementNames: Record<StoreCreditMovement['kind'], string> = {
  grant: 'Credited',
  spend: 'Spent',
  give_back: 'Refunded',
  expire: 'Expired',
  adjust: 'Corrected',
};

const statusOf = ({ state, expired, balanceCents }: StoreCredit): string => {
  if (state === 'disabled') return 'disabled';
  if (expired) return 'expired';
  return balanceCents === 0 ? 'empty' : 'active';
};

const Movements = ({ items, currency }: { items: readonly StoreCreditMovement[]; currency: string }) => (
  <Table verticalSpacing="xs" className="stacks">
    <Table.Thead>
      <Table.Tr>
        <Table.Th>Movement</Table.Th>
        <Table.Th ta="right">Amount</Table.Th>
        <Table.Th ta="right">Balance</Table.Th>
        <Table.Th>When</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {items.map((m) => (
        <Table.Tr key={m.id}>
          <Table.Td>
            <Text size="sm">{movementNames[m.kind]}</Text>
            <Text size="xs" c="dimmed">
              {m.orderId && (
                <Anchor component={Link} to={`/orders/${m.orderId}`} size="xs" className="mono">
                  {m.orderNumber}
                </Anchor>
              )}
              {m.orderId && m.reason && ' · '}
              {m.reason}
            </Text>
          </Table.Td>
          <Table.Td ta="right" data-label="Amount">
            {money(m.amountCents, currency)}
          </Table.Td>
          <Table.Td ta="right" data-label="Balance">
            {money(m.balanceCents, currency)}
          </Table.Td>
          <Table.Td data-label="When">
            <Ago at={m.createdAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

const Ledger = ({ creditId, onClose }: { creditId: StoreCredit['id']; onClose: () => void }) => {
  const [page, setPage] = useState(1);
  const [adjusting, setAdjusting] = useState(false);
  const query = useQuery({ queryKey: ['store-credit', creditId, page], queryFn: () => shop.storeCredit.ledger({ creditId, page }) });
  const credit = query.data?.credit;
  const next = credit?.state === 'active' ? 'disabled' : 'active';
  const change = useMutation({
    mutationFn: () => shop.storeCredit.setState({ creditId, state: next }),
    onSuccess: ({ state }) => {
      void queryClient.invalidateQueries({ queryKey: ['store-credit', creditId] });
      void queryClient.invalidateQueries({ queryKey: ['store-credits'] });
      showDone(state === 'active' ? 'Credit enabled' : 'Credit disabled');
    },
    onError: showError,
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={credit ? creditName(credit) : '…'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Loaded query={query}>
        {credit && query.data && (
          <Stack>
            <Group justify="space-between">
              <div>
                <Text fz="xl" fw={650}>
                  {money(credit.balanceCents, credit.currency)}
                </Text>
                <Text size="xs" c="dimmed">
                  {credit.expiresAt ? `Can be spent until ${dateTime(credit.expiresAt)}` : 'Does not expire'}
                  {credit.note && ` · ${credit.note}`}
                </Text>
              </div>
              <StatusBadge label={statusOf(credit)} />
            </Group>
            <Group gap="xs">
              <ScopedButton calls="storeCredit.adjust" size="compact-sm" variant="default" onClick={() => setAdjusting(true)}>
                Correct
              </ScopedButton>
              <ScopedButton
                calls="storeCredit.setState"
                size="compact-sm"
                variant="default"
                loading={change.isPending}
                onClick={() => change.mutate()}
              >
                {next === 'disabled' ? 'Disable' : 'Enable'}
              </ScopedButton>
            </Group>
            <Movements items={query.data.items} currency={credit.currency} />
            <Pager {...query.data} onChange={setPage} />
            {adjusting && <AdjustDialog credit={credit} onClose={() => setAdjusting(false)} />}
          </Stack>
        )}
      </Loaded>
    </Drawer>
  );
};

const Credits = ({ items, onOpen }: { items: readonly StoreCredit[]; onOpen: (id: StoreCredit['id']) => void }) => (
  <Table.ScrollContainer minWidth={620}>
    <Table verticalSpacing="xs" className="stacks" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Credit</Table.Th>
          <Table.Th ta="right">Balance</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Expires</Table.Th>
          <Table.Th>Issued</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((credit) => (
          <Table.Tr key={credit.id}>
            <Table.Td>
              <Anchor component="button" type="button" size="sm" onClick={() => onOpen(credit.id)}>
                {creditName(credit)}
              </Anchor>
              <Text size="xs" c="dimmed">
                {credit.note}
              </Text>
            </Table.Td>
            <Table.Td ta="right" data-label="Balance">
              {money(credit.balanceCents, credit.currency)}
            </Table.Td>
            <Table.Td data-label="Status">
              <StatusBadge label={statusOf(credit)} />
            </Table.Td>
            <Table.Td data-label="Expires">{credit.expiresAt ? <Text size="sm">{dateTime(credit.expiresAt)}</Text> : '—'}</Table.Td>
            <Table.Td data-label="Issued">
              <Ago at={credit.createdAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

const shown = [
  { value: 'all', label: 'All' },
  { value: 'gift_card', label: 'Gift cards' },
  { value: 'account', label: 'Store credit' },
] as const;
type Shown = (typeof shown)[number]['value'];

export const StoreCreditPage = () => {
  const [kind, setKind] = useState<Shown>('all');
  const [lastFour, setLastFour] = useState('');
  const [page, setPage] = useState(1);
  const [openId, setOpenId] = useState<StoreCredit['id'] | null>(null);
  const [issuing, setIssuing] = useState(false);
  const filter = { page, ...(kind !== 'all' && { kind }), ...(lastFour.length === 4 && { lastFour }) };
  const query = useQuery({ queryKey: ['store-credits', filter], queryFn: () => shop.storeCredit.list(filter) });
  return (
    <>
      <PageTitle title="Gift cards and store credit">
        <ScopedButton calls="storeCredit.issueGiftCard" onClick={() => setIssuing(true)}>
          Issue a gift card
        </ScopedButton>
      </PageTitle>
      <Group mb="md" align="end">
        <SegmentedControl
          aria-label="Kind of credit"
          data={[...shown]}
          value={kind}
          onChange={(value) => {
            setKind(value);
            setPage(1);
          }}
        />
        <TextInput
          aria-label="Last four characters of the code"
          placeholder="Last four characters"
          maxLength={4}
          w={180}
          value={lastFour}
          onChange={(e) => {
            setLastFour(e.currentTarget.value.trim());
            setPage(1);
          }}
        />
      </Group>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title={lastFour || kind !== 'all' ? 'No matching gift cards or store credit' : 'No gift cards or store credit yet'}>
            {lastFour.length > 0 && lastFour.length < 4
              ? 'Enter all of the last four characters of the code.'
              : 'Issue a gift card and hand over its code: anyone who has the code can spend it. ' +
                'To give store credit to an account, open one of its orders and choose “Give store credit”.'}
          </Empty>
        ) : (
          <>
            <Credits items={query.data?.items ?? []} onOpen={setOpenId} />
            {query.data && <Pager {...query.data} onChange={setPage} />}
          </>
        )}
      </Loaded>
      {openId && <Ledger creditId={openId} onClose={() => setOpenId(null)} />}
      {issuing && (
        <InShopCurrency rows={1}>{(currency) => <IssueDialog currency={currency} onClose={() => setIssuing(false)} />}</InShopCurrency>
      )}
    </>
  );
};
