/** Promo codes and how often they were used: search, switch on and off, download a batch. */
import { Button, Group, Stack, Switch, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import type { PromoCode } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../lib/grants.ts';
import { dateTime, money } from '../lib/format.ts';
import { saveText } from '../lib/save-text.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { Empty, Loaded, Pager } from './page.tsx';
import { PromoCodeForm } from './promo-code-form.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 20;

const effectOf = (promo: PromoCode, currency: string): string => {
  if (promo.percentBasisPoints !== null) return `${promo.percentBasisPoints / 100} %`;
  if (promo.amountCents !== null) return money(promo.amountCents, promo.currency ?? currency);
  return promo.freeShipping ? 'Free shipping' : 'Unlocks rules';
};

/** What a cart needs for the code: a currency, a minimum value. Empty when every cart can use it. */
const conditionOf = ({ currency, minSubtotalCents }: PromoCode, shopCurrency: string): string =>
  [
    minSubtotalCents !== null && `carts from ${money(minSubtotalCents, currency ?? shopCurrency)}`,
    currency !== null && `only in ${currency}`,
  ]
    .filter(Boolean)
    .join(', ');

/** When the code can be used: its start and its end. */
const Period = ({ startsAt, endsAt }: Pick<PromoCode, 'startsAt' | 'endsAt'>) => (
  <div>
    {startsAt && <Text size="sm">from {dateTime(startsAt)}</Text>}
    <Text size="sm">{endsAt ? `until ${dateTime(endsAt)}` : 'no end'}</Text>
  </div>
);

/** Downloads all codes of a batch with their uses. Codes contain only letters, digits and hyphens, so the CSV needs no quotes. */
const downloadBatch = async (batchId: string): Promise<void> => {
  const lines = ['code,used,uses_allowed,active'];
  for (let page = 1; ; page += 1) {
    const { items, totalCount } = await shop.promoCodes.list({ batchId, page, pageSize: 100 });
    lines.push(...items.map((promo) => [promo.code, promo.usedCount, promo.usageLimit ?? '', promo.active].join(',')));
    if (page * 100 >= totalCount || items.length === 0) break;
  }
  saveText(`${lines.join('\r\n')}\r\n`, `promo-codes-${batchId.slice(-8)}.csv`);
};

const PromoCodeRow = ({ promo, currency }: { promo: PromoCode; currency: string }) => {
  const { code, usedCount, usageLimit, perCustomerLimit, active, batchId } = promo;
  const turn = useSave(() => shop.promoCodes.update({ id: promo.id, version: promo.version, active: !active }), 'Code changed', [
    'promo-codes',
  ]);
  const download = useSave(downloadBatch, 'Codes downloaded', []);
  return (
    <Table.Tr>
      <Table.Td className="mono">{code}</Table.Td>
      <Table.Td data-label="Discount">
        <div>
          {effectOf(promo, currency)}
          <Text size="xs" c="dimmed">
            {conditionOf(promo, currency)}
          </Text>
        </div>
      </Table.Td>
      <Table.Td ta="right" data-label="Used">
        <div>
          {usedCount}
          {usageLimit !== null && ` of ${usageLimit}`}
          <Text size="xs" c="dimmed">
            {perCustomerLimit !== null && `${perCustomerLimit} per customer`}
          </Text>
        </div>
      </Table.Td>
      <Table.Td data-label="Valid">
        <Period {...promo} />
      </Table.Td>
      <Table.Td data-label="Active">
        <Switch
          size="sm"
          aria-label={`${code} can be used`}
          checked={active}
          disabled={!useMay()('promoCodes.update')}
          onChange={() => turn.mutate(undefined)}
        />
      </Table.Td>
      <Table.Td>
        {batchId && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconDownload size={14} />}
            aria-label={`Download the batch of ${code}`}
            onClick={() => download.mutate(batchId)}
          >
            Batch
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
};

const PromoCodeTable = ({ codes, currency }: { codes: readonly PromoCode[]; currency: string }) => (
  <Table.ScrollContainer minWidth={560}>
    <Table verticalSpacing="xs" className="stacks" aria-label="Promo codes">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Code</Table.Th>
          <Table.Th>Discount</Table.Th>
          <Table.Th ta="right">Used</Table.Th>
          <Table.Th>Valid</Table.Th>
          <Table.Th>Active</Table.Th>
          <Table.Th w={110} aria-label="Batch" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {codes.map((promo) => (
          <PromoCodeRow key={promo.id} promo={promo} currency={currency} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

const NoPromoCodes = ({ isSearch }: { isSearch: boolean }) =>
  isSearch ? (
    <Empty title="No matching codes">Try other first characters of the code.</Empty>
  ) : (
    <Empty title="No promo codes yet">
      A promo code gives a discount on the cart, or unlocks pricing rules that require it. Create the first one with “New promo codes”.
    </Empty>
  );

export const PromoCodes = ({ currency }: { currency: string }) => {
  const [page, setPage] = useState(1);
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 250);
  const [adding, setAdding] = useState(false);
  const codes = useQuery({
    queryKey: ['promo-codes', page, q],
    placeholderData: keepPreviousData,
    queryFn: () => shop.promoCodes.list({ page, pageSize, ...(q && { q }) }),
  });
  const items = codes.data?.items ?? [];
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <TextInput
          label="Find a code"
          placeholder="First characters"
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value);
            setPage(1);
          }}
        />
        <ScopedButton calls="promoCodes.create" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          New promo codes
        </ScopedButton>
      </Group>
      <Loaded query={codes} rows={6}>
        {items.length === 0 ? <NoPromoCodes isSearch={q !== ''} /> : <PromoCodeTable codes={items} currency={currency} />}
        <Pager page={page} pageSize={pageSize} totalCount={codes.data?.totalCount ?? 0} onChange={setPage} />
      </Loaded>
      {adding && <PromoCodeForm currency={currency} onClose={() => setAdding(false)} />}
    </Stack>
  );
};
