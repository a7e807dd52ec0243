/** Rules with their builder and a live simulator, promo codes, tax and shipping. */
import { ActionIcon, Badge, Button, Card, Grid, Group, NumberInput, Stack, Table, Tabs, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty, Loaded, PageTitle } from '../components/page.tsx';
import { PriceSimulator } from '../components/price-simulator.tsx';
import { effectLabels, RuleBuilder } from '../components/rule-builder.tsx';
import { money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const Rules = () => {
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => shop.settings.get({}) });
  const rules = useQuery({ queryKey: ['pricing-rules'], queryFn: () => shop.pricing.listRules({ pageSize: 50 }) });
  const products = useQuery({ queryKey: ['products', 'choices'], queryFn: () => shop.products.list({ pageSize: 100, status: 'active' }) });
  const first = products.data?.items[0]?.id;
  const detail = useQuery({
    queryKey: ['product', first],
    enabled: first !== undefined,
    queryFn: () => shop.products.get({ id: first ?? '' }),
  });
  const remove = useMutation({
    mutationFn: (id: string) => shop.pricing.deleteRule({ id }),
    onSuccess: () => {
      showDone('Rule removed');
      void queryClient.invalidateQueries({ queryKey: ['pricing-rules'] });
      void queryClient.invalidateQueries({ queryKey: ['simulation'] });
    },
    onError: showError,
  });
  const currency = settings.data?.currency ?? 'USD';
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <RuleBuilder currency={currency} products={(products.data?.items ?? []).map((p) => ({ value: p.id, label: p.name }))} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <PriceSimulator
            currency={currency}
            variants={(detail.data?.variants ?? []).map((v) => ({ value: v.id, label: `${detail.data?.name} · ${v.sku}` }))}
          />
          <Loaded query={rules} rows={6}>
            {rules.data?.items.length === 0 && <Empty title="No rules yet">Prices are what the products say.</Empty>}
            <Stack gap="xs">
              {rules.data?.items.map((rule) => (
                <Card key={rule.id} withBorder padding="xs">
                  <Group justify="space-between" wrap="nowrap">
                    <div>
                      <Text size="sm" fw={600}>
                        {rule.name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {effectLabels[rule.effect]}
                        {rule.percentBasisPoints !== null && ` · ${rule.percentBasisPoints / 100} %`}
                        {rule.amountCents !== null && ` · ${money(rule.amountCents, rule.currency ?? currency)}`}
                        {rule.minQuantity > 1 && ` · from ${rule.minQuantity}`} · priority {rule.priority}
                      </Text>
                    </div>
                    <Group gap="xs" wrap="nowrap">
                      <Badge variant="outline">{rule.stackable ? 'stacks' : 'exclusive'}</Badge>
                      <ActionIcon variant="subtle" color="red" aria-label={`Remove ${rule.name}`} onClick={() => remove.mutate(rule.id)}>
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Group>
                  </Group>
                </Card>
              ))}
            </Stack>
          </Loaded>
        </Stack>
      </Grid.Col>
    </Grid>
  );
};

const Codes = () => {
  const [code, setCode] = useState('');
  const [percent, setPercent] = useState<number | string>(10);
  const [limit, setLimit] = useState<number | string>('');
  const codes = useQuery({ queryKey: ['promo-codes'], queryFn: () => shop.promoCodes.list({ pageSize: 50 }) });
  const add = useMutation({
    mutationFn: () =>
      shop.promoCodes.create({
        code,
        percentBasisPoints: Math.round(Number(percent) * 100),
        ...(limit !== '' && { usageLimit: Number(limit) }),
      }),
    onSuccess: (made) => {
      showDone('Code added', made.code);
      setCode('');
      void queryClient.invalidateQueries({ queryKey: ['promo-codes'] });
    },
    onError: showError,
  });
  return (
    <Stack>
      <Group align="end">
        <TextInput label="Code" value={code} onChange={(e) => setCode(e.currentTarget.value)} />
        <NumberInput label="Percent off" min={1} max={100} value={percent} onChange={setPercent} />
        <NumberInput label="Uses in all" placeholder="Any number" min={1} value={limit} onChange={setLimit} />
        <Button onClick={() => add.mutate()} loading={add.isPending}>
          Add code
        </Button>
      </Group>
      <Loaded query={codes} rows={6}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Code</Table.Th>
              <Table.Th>Takes off</Table.Th>
              <Table.Th ta="right">Used</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {codes.data?.items.map((promo) => (
              <Table.Tr key={promo.id}>
                <Table.Td className="mono">{promo.code}</Table.Td>
                <Table.Td>
                  {promo.percentBasisPoints !== null
                    ? `${promo.percentBasisPoints / 100} %`
                    : promo.amountCents !== null
                      ? money(promo.amountCents, promo.currency ?? 'USD')
                      : promo.freeShipping
                        ? 'Shipping'
                        : 'Unlocks rules'}
                </Table.Td>
                <Table.Td ta="right">
                  {promo.usedCount}
                  {promo.usageLimit !== null && ` of ${promo.usageLimit}`}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Loaded>
    </Stack>
  );
};

const Terms = () => {
  const [rate, setRate] = useState({ countryCode: '', taxClass: 'standard', name: 'VAT', percent: 19 as number | string });
  const rates = useQuery({ queryKey: ['tax-rates'], queryFn: () => shop.tax.list({ pageSize: 100 }) });
  const methods = useQuery({ queryKey: ['shipping-methods'], queryFn: () => shop.shipping.list({ pageSize: 100 }) });
  const save = useMutation({
    mutationFn: () =>
      shop.tax.save({
        countryCode: rate.countryCode,
        taxClass: rate.taxClass,
        name: rate.name,
        basisPoints: Math.round(Number(rate.percent) * 100),
      }),
    onSuccess: (saved) => {
      showDone('Rate saved', `${saved.countryCode} ${saved.taxClass}`);
      void queryClient.invalidateQueries({ queryKey: ['tax-rates'] });
    },
    onError: showError,
  });
  return (
    <Stack>
      <Group align="end">
        <TextInput
          label="Country"
          value={rate.countryCode}
          onChange={(e) => setRate({ ...rate, countryCode: e.currentTarget.value.toUpperCase() })}
        />
        <TextInput label="Class" value={rate.taxClass} onChange={(e) => setRate({ ...rate, taxClass: e.currentTarget.value })} />
        <TextInput label="Name" value={rate.name} onChange={(e) => setRate({ ...rate, name: e.currentTarget.value })} />
        <NumberInput
          label="Percent"
          min={0}
          max={100}
          decimalScale={2}
          value={rate.percent}
          onChange={(percent) => setRate({ ...rate, percent })}
        />
        <Button onClick={() => save.mutate()} loading={save.isPending}>
          Save rate
        </Button>
      </Group>
      <Loaded query={rates} rows={3}>
        <Table verticalSpacing="xs" aria-label="Tax rates">
          <Table.Tbody>
            {rates.data?.items.map((r) => (
              <Table.Tr key={`${r.countryCode}${r.region}${r.taxClass}`}>
                <Table.Td>{[r.countryCode, r.region].filter(Boolean).join('-')}</Table.Td>
                <Table.Td>{r.taxClass}</Table.Td>
                <Table.Td>{r.name}</Table.Td>
                <Table.Td ta="right">{r.basisPoints / 100} %</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Loaded>
      <Loaded query={methods} rows={3}>
        <Table verticalSpacing="xs" aria-label="Shipping methods">
          <Table.Tbody>
            {methods.data?.items.map((m) => (
              <Table.Tr key={m.id}>
                <Table.Td>{m.name}</Table.Td>
                <Table.Td>{[...m.countries, ...m.regions].join(', ') || 'Everywhere'}</Table.Td>
                <Table.Td>{m.bands.map((band) => money(band.priceCents, m.currency)).join(' / ')}</Table.Td>
                <Table.Td>{m.freeFromCents === null ? '' : `free from ${money(m.freeFromCents, m.currency)}`}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Loaded>
    </Stack>
  );
};

export const PricingPage = () => (
  <>
    <PageTitle title="Pricing" />
    <Tabs defaultValue="rules" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="rules">Rules</Tabs.Tab>
        <Tabs.Tab value="codes">Promo codes</Tabs.Tab>
        <Tabs.Tab value="terms">Tax and shipping</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="rules">
        <Rules />
      </Tabs.Panel>
      <Tabs.Panel value="codes">
        <Codes />
      </Tabs.Panel>
      <Tabs.Panel value="terms">
        <Terms />
      </Tabs.Panel>
    </Tabs>
  </>
);
