/** The pricing rules with what they apply to, the form for new ones, and the price simulator. */
import { Anchor, Badge, Card, Grid, Group, Stack, Switch, Text } from '@mantine/core';
import type { PricingRuleItem } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../lib/grants.ts';
import { counted, dateTime, money } from '../lib/format.ts';
import { effectLabels } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { Empty, Loaded, Pager } from './page.tsx';
import { PriceSimulator } from './price-simulator.tsx';
import { RowActions, useDeletion } from './row-actions.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { RuleEditor } from './rule-editor.tsx';

const pageSize = 20;

/** What the rule applies to: a link to the product, to the products of the category, or to the collections; no link once it is deleted. */
const Target = ({ rule }: { rule: PricingRuleItem }) => {
  const { target } = rule;
  if (!target) return 'all products';
  const [kind, to] =
    target.productId !== null
      ? [rule.variantId ? 'variant' : 'product', `/products/${target.productId}`]
      : rule.categoryId
        ? ['category', `/products?category=${encodeURIComponent(target.slug)}`]
        : ['collection', '/collections'];
  if (target.deleted) return `the deleted ${kind} ${target.name}`;
  return (
    <>
      {kind}{' '}
      <Anchor component={Link} to={to} inherit underline="always">
        {target.name}
      </Anchor>
    </>
  );
};

const audiences: Readonly<Record<PricingRuleItem['audience'], string | null>> = {
  everyone: null,
  guest: 'only guests',
  signed_in: 'only signed-in customers',
};
const aboutRule = (rule: PricingRuleItem, currency: string): string =>
  [
    effectLabels[rule.effect],
    rule.percentBasisPoints !== null && `${rule.percentBasisPoints / 100} %`,
    rule.amountCents !== null && money(rule.amountCents, rule.currency ?? currency),
    rule.buyQuantity !== null && `buy ${rule.buyQuantity}, get ${rule.getQuantity}`,
    rule.minQuantity > 1 && `from ${rule.minQuantity} units`,
    rule.minSubtotalCents !== null && `carts from ${money(rule.minSubtotalCents, rule.currency ?? currency)}`,
    rule.currency !== null && rule.amountCents === null && rule.minSubtotalCents === null && `only in ${rule.currency}`,
    rule.customerGroup !== null && `customer group ${rule.customerGroup}`,
    audiences[rule.audience],
    rule.fullPriceOnly && 'only at full price',
    rule.stockThreshold !== null && `up to ${counted(rule.stockThreshold, 'unit')} in stock`,
    rule.code !== null && `promo code ${rule.code}`,
    rule.startsAt !== null && `from ${dateTime(rule.startsAt)}`,
    rule.endsAt !== null && `until ${dateTime(rule.endsAt)}`,
    `priority ${rule.priority}`,
  ]
    .filter(Boolean)
    .join(' · ');

const Rule = ({ rule, currency }: { rule: PricingRuleItem; currency: string }) => {
  const [editing, setEditing] = useState(false);
  const may = useMay();
  const remove = useDeletion(
    'pricing-rules',
    (id: string) => shop.pricing.deleteRule({ id }),
    'Prices change at once. Existing orders keep their prices.',
  );
  const turn = useSave(() => shop.pricing.updateRule({ id: rule.id, version: rule.version, active: !rule.active }), 'Rule changed', [
    'pricing-rules',
  ]);
  return (
    <Card withBorder padding="xs">
      <Group justify="space-between" gap="xs" align="flex-start">
        <div style={{ flex: '1 1 14rem', minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {rule.name}
            </Text>
            <Badge size="sm" variant="outline" tt="none">
              {rule.stackable ? 'Combinable' : 'Exclusive'}
            </Badge>
          </Group>
          <Text size="sm">
            Applies to <Target rule={rule} />
          </Text>
          <Text size="xs" c="dimmed">
            {aboutRule(rule, currency)}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Switch
            size="sm"
            aria-label={`${rule.name} applies`}
            checked={rule.active}
            disabled={!may('pricing.updateRule')}
            onChange={() => turn.mutate(undefined)}
          />
          <RowActions
            name={rule.name}
            calls={{ edit: 'pricing.updateRule', delete: 'pricing.deleteRule' }}
            onEdit={() => setEditing(true)}
            onDelete={() => remove(rule.id, rule.name)}
          />
        </Group>
      </Group>
      {editing && <RuleEditor rule={rule} currency={currency} onClose={() => setEditing(false)} />}
    </Card>
  );
};

export const PricingRules = ({ currency }: { currency: string }) => {
  const [page, setPage] = useState(1);
  const rules = useQuery({
    queryKey: ['pricing-rules', page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.pricing.listRules({ page, pageSize }),
  });
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <RuleBuilder currency={currency} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <PriceSimulator />
          <Loaded query={rules} rows={6}>
            {rules.data?.items.length === 0 && (
              <Empty title="No rules yet">Products sell at their own prices. Add the first rule with the form “New rule”.</Empty>
            )}
            <Stack gap="xs">
              {rules.data?.items.map((rule) => (
                <Rule key={rule.id} rule={rule} currency={currency} />
              ))}
            </Stack>
            <Pager page={page} pageSize={pageSize} totalCount={rules.data?.totalCount ?? 0} onChange={setPage} />
          </Loaded>
        </Stack>
      </Grid.Col>
    </Grid>
  );
};
