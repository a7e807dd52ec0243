/** One product: its words, its variants with price and stock. */
import {
  Alert,
  Anchor,
  Breadcrumbs,
  Button,
  Card,
  Grid,
  Group,
  NumberInput,
  Select,
  Stack,
  Table,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { currencyExponent, type CategoryId, type Product } from '@cartwright/contracts';
import { CartwrightError } from '@cartwright/sdk';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { AddVariant } from '../components/add-variant.tsx';
import { AdjustStock, type AdjustTarget } from '../components/adjust-stock.tsx';
import { PriceHistory } from '../components/price-history.tsx';
import { ProductImages } from '../components/product-images.tsx';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { toAmount, toCents } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { categoriesQuery, flatten } from './categories.tsx';

const toForm = (p: Product) => ({
  name: p.name,
  brand: p.brand ?? '',
  description: p.description ?? '',
  status: p.status as string,
  tags: [...p.tags],
  categoryId: (p.category?.id ?? null) as string | null,
  prices: p.variants.map((v) => toAmount(v.priceCents, v.currency)),
});

/** The fields that were changed here: what somebody else changes elsewhere in the product stays theirs. */
const changesOf = (product: Product, values: ReturnType<typeof toForm>, categoryIsKnown: boolean) => {
  const before = toForm(product);
  const { name, brand, description, status, tags, categoryId, prices } = values;
  const variants = product.variants.flatMap((v, i) => {
    const priceCents = toCents(prices[i] ?? 0, v.currency);
    return priceCents === v.priceCents ? [] : [{ id: v.id, priceCents }];
  });
  return {
    ...(name !== before.name && { name }),
    ...(brand !== before.brand && { brand: brand || null }),
    ...(description !== before.description && { description: description || null }),
    ...(status !== before.status && { status: status as Product['status'] }),
    ...(tags.join('\n') !== before.tags.join('\n') && { tags }),
    ...(categoryIsKnown && categoryId !== before.categoryId && { categoryId: categoryId as CategoryId | null }),
    ...(variants.length > 0 && { variants }),
  };
};

/** The version that a save came too late for; null for any other failure. */
const conflictIn = (error: unknown): { readonly version: number | null } | null => {
  if (!(error instanceof CartwrightError && error.code === 'VERSION_MISMATCH')) return null;
  const { version } = error.details ?? {};
  return { version: typeof version === 'number' ? version : null };
};

const Conflict = ({ onReload, onKeep, isSaving }: { onReload: () => void; onKeep: () => void; isSaving: boolean }) => (
  <Alert color="yellow" mb="md" role="alert" title="Somebody else has changed this product">
    <Text size="sm" mb="xs">
      Load it again to see their change; what you typed here is lost then. Or keep yours: what you changed is saved over theirs, and
      everything else stays as they left it.
    </Text>
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={onReload}>
        Load again
      </Button>
      <Button size="xs" loading={isSaving} onClick={onKeep}>
        Keep mine
      </Button>
    </Group>
  </Alert>
);

const Editor = ({ product }: { product: Product }) => {
  const form = useForm({ initialValues: toForm(product) });
  const categories = useQuery(categoriesQuery);
  const [target, setTarget] = useState<AdjustTarget | null>(null);
  const save = useMutation({
    mutationFn: (version: number | null) =>
      shop.products.update({ id: product.id, version, ...changesOf(product, form.values, categories.data !== undefined) }),
    onSuccess: (saved) => {
      const before = product;
      queryClient.setQueryData(['product', saved.id], saved);
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      void queryClient.invalidateQueries({ queryKey: ['price-history', saved.id] });
      form.setInitialValues(toForm(saved));
      form.reset();
      showDone('Saved', before.name);
    },
    onError: (error) => {
      if (!conflictIn(error)) showError(error);
    },
  });
  const navigate = useNavigate();
  const copy = useMutation({
    mutationFn: () => shop.products.duplicate({ id: product.id }),
    onSuccess: (made) => {
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      showDone('Copied as a draft', made.name);
      void navigate({ to: '/products/$productId', params: { productId: made.id } });
    },
    onError: showError,
  });
  const conflict = conflictIn(save.error);
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(product.version))}>
      <PageTitle title={product.name}>
        <StatusBadge label={product.status} />
        <Button variant="default" loading={copy.isPending} onClick={() => copy.mutate()}>
          Duplicate
        </Button>
        <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
          Undo changes
        </Button>
        <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
          Save
        </Button>
      </PageTitle>
      {conflict && (
        <Conflict
          isSaving={save.isPending}
          onReload={() => void queryClient.invalidateQueries({ queryKey: ['product'] })}
          onKeep={() => save.mutate(conflict.version)}
        />
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Card withBorder>
              <Stack>
                <TextInput label="Name" required {...form.getInputProps('name')} />
                <Textarea label="Description" autosize minRows={3} maxRows={10} {...form.getInputProps('description')} />
              </Stack>
            </Card>
            <Card withBorder>
              <Text component="h2" fw={600} fz="md" mb="sm">
                Variants
              </Text>
              <Table.ScrollContainer minWidth={460}>
                <Table verticalSpacing="xs">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Variant</Table.Th>
                      <Table.Th w={140}>Price in {product.currency}</Table.Th>
                      <Table.Th ta="right">Available</Table.Th>
                      <Table.Th />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {product.variants.map((v, i) => (
                      <Table.Tr key={v.id}>
                        <Table.Td>
                          <Text size="sm">{v.title || 'The one there is'}</Text>
                          <Text size="xs" c="dimmed" className="mono">
                            {v.sku}
                          </Text>
                        </Table.Td>
                        <Table.Td>
                          <NumberInput
                            size="xs"
                            aria-label={`Price of ${v.sku}`}
                            min={0}
                            decimalScale={currencyExponent(v.currency)}
                            fixedDecimalScale
                            hideControls
                            {...form.getInputProps(`prices.${i}`)}
                          />
                        </Table.Td>
                        <Table.Td ta="right" className={v.availability.available <= 0 ? 'bad strong' : ''}>
                          {v.availability.available}
                        </Table.Td>
                        <Table.Td ta="right">
                          <Button
                            size="compact-sm"
                            variant="light"
                            onClick={() => setTarget({ variantId: v.id, name: `${product.name} ${v.title}` })}
                          >
                            Adjust
                          </Button>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <AddVariant product={product} />
            </Card>
            <PriceHistory productId={product.id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Card withBorder>
              <Stack>
                <Select label="State" data={['draft', 'active', 'archived']} allowDeselect={false} {...form.getInputProps('status')} />
                <Select
                  label="Category"
                  placeholder="None"
                  clearable
                  searchable
                  data={flatten(categories.data?.categories ?? []).map(({ category, depth }) => ({
                    value: category.id,
                    label: `${'– '.repeat(depth)}${category.name}`,
                  }))}
                  {...form.getInputProps('categoryId')}
                />
                <TextInput label="Brand" {...form.getInputProps('brand')} />
                <TagsInput label="Tags" {...form.getInputProps('tags')} />
                <TextInput label="Address" value={product.slug} readOnly variant="filled" />
              </Stack>
            </Card>
            <ProductImages product={product} />
          </Stack>
        </Grid.Col>
      </Grid>
      <AdjustStock target={target} onClose={() => setTarget(null)} />
    </form>
  );
};

export const ProductPage = () => {
  const { productId } = useParams({ from: '/shell/products/$productId' });
  const query = useQuery({
    queryKey: ['product', productId],
    queryFn: () => shop.products.get({ id: productId }),
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/products" size="sm">
          Products
        </Anchor>
        <Text size="sm">{query.data?.name ?? '…'}</Text>
      </Breadcrumbs>
      <Loaded query={query}>{query.data && <Editor key={query.data.version} product={query.data} />}</Loaded>
    </>
  );
};
