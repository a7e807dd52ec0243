/** Product page: name and description, variants with price and stock, images, publication and price history. */
import { Alert, Anchor, Breadcrumbs, Button, Card, Grid, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Product } from '@cartwright/contracts';
import { CartwrightError } from '@cartwright/sdk';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { AddVariant } from '../components/add-variant.tsx';
import { AdjustStock, type AdjustTarget } from '../components/adjust-stock.tsx';
import { PriceHistory } from '../components/price-history.tsx';
import { ProductPublication, ProductTexts, ProductVariants } from '../components/product-fields.tsx';
import { ProductImages } from '../components/product-images.tsx';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { VariantDetails } from '../components/variant-details.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { categoriesQuery } from '../lib/categories.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { changesOf, mergeValues, priceFieldOf, priceProblems, toForm } from '../lib/product-form.ts';
import { queryClient, showDone, showError, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

/** The current version, if a save failed because the product had changed; null for any other error. */
const conflictIn = (error: unknown): { readonly version: number | null } | null => {
  if (!(error instanceof CartwrightError && error.code === 'VERSION_MISMATCH')) return null;
  const { version } = error.details ?? {};
  return { version: typeof version === 'number' ? version : null };
};

const Conflict = ({ onReload, onKeep, isSaving }: { onReload: () => void; onKeep: () => void; isSaving: boolean }) => (
  <Alert color="yellow" mb="md" role="alert" title="Somebody else has changed this product">
    <Text size="sm" mb="xs">
      Reload to see their change; this discards what you typed here. Or keep your changes: the fields that you changed overwrite theirs, and
      all other fields keep their values.
    </Text>
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={onReload}>
        Reload
      </Button>
      <Button size="xs" loading={isSaving} onClick={onKeep}>
        Keep my changes
      </Button>
    </Group>
  </Alert>
);

/** The form of a product, with the version that it is based on. */
const useProductForm = (product: Product) => {
  const [base, setBase] = useState(product);
  const form = useForm({ initialValues: toForm(product), validate: (values) => priceProblems(values, product.currency) });
  const restart = (from: Product, values = toForm(from)): void => {
    setBase(from);
    form.setInitialValues(toForm(from));
    form.setValues(values);
  };
  // Image and stock changes, and other users, change the product outside this form. The typed values are kept.
  const [seen, setSeen] = useState(product.version);
  if (seen !== product.version) {
    setSeen(product.version);
    const values = product.version === base.version ? null : mergeValues(toForm(base), form.values, toForm(product));
    if (values) restart(product, values);
  }
  return { base, form, restart };
};

const useCopy = (product: Product) => {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => shop.products.duplicate({ id: product.id }),
    onSuccess: (copy) => {
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      showDone('Copied as a draft', copy.name);
      void navigate({ to: '/products/$productId', params: { productId: copy.id } });
    },
    onError: showError,
  });
};

const Editor = ({ product }: { product: Product }) => {
  const { base, form, restart } = useProductForm(product);
  const categories = useQuery(categoriesQuery);
  const [target, setTarget] = useState<AdjustTarget | null>(null);
  const [detailed, setDetailed] = useState<string | null>(null);
  const variant = product.variants.find(({ id }) => id === detailed);
  const copy = useCopy(product);
  const cannotPrice = useMissingScopes('pricing:write');
  const changes = () => changesOf(base, form.getValues(), categories.data !== undefined);
  const save = useMutation({
    mutationFn: (version: number | null) => shop.products.update({ id: base.id, version, ...changes() }),
    onSuccess: (saved) => {
      queryClient.setQueryData(['product', saved.id], saved);
      for (const key of [['products'], ['price-history', saved.id]]) void queryClient.invalidateQueries({ queryKey: key });
      restart(saved);
      showDone('Saved', saved.name);
    },
    onError: (error) => {
      if (!conflictIn(error)) showErrorAt({ ...form, fieldOf: (path) => priceFieldOf(changes(), path) }, base.currency)(error);
    },
  });
  const reload = async (): Promise<void> => {
    const fresh = await queryClient.fetchQuery({ ...productQuery(product.id), staleTime: 0 });
    save.reset();
    restart(fresh);
  };
  const conflict = conflictIn(save.error);
  return (
    <>
      <form onSubmit={form.onSubmit(() => save.mutate(base.version))}>
        <PageTitle title={product.name}>
          <StatusBadge label={product.status} />
          <ScopedButton calls="products.duplicate" variant="default" loading={copy.isPending} onClick={() => copy.mutate()}>
            Duplicate
          </ScopedButton>
          <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
            Undo changes
          </Button>
          <ScopedButton
            calls="products.update"
            lacking={form.isDirty('prices') ? cannotPrice : null}
            type="submit"
            disabled={!form.isDirty()}
            loading={save.isPending}
          >
            Save
          </ScopedButton>
        </PageTitle>
        {conflict && <Conflict isSaving={save.isPending} onReload={() => void reload()} onKeep={() => save.mutate(conflict.version)} />}
        <Grid>
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Stack>
              <ProductTexts form={form} />
              <Card withBorder>
                <Text component="h2" fw={600} fz="md" mb="sm">
                  Variants
                </Text>
                <ProductVariants form={form} product={product} onAdjust={setTarget} onDetails={setDetailed} />
                <AddVariant product={product} />
              </Card>
              <PriceHistory productId={product.id} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Stack>
              <ProductPublication form={form} slug={product.slug} handle={product.handle} />
              <ProductImages product={product} />
            </Stack>
          </Grid.Col>
        </Grid>
      </form>
      {/* Outside the form: otherwise submitting a dialog would also submit the product form. */}
      {variant && <VariantDetails key={variant.id} product={product} variant={variant} onClose={() => setDetailed(null)} />}
      <AdjustStock target={target} onClose={() => setTarget(null)} />
    </>
  );
};

const productQuery = (id: Product['id'] | string) => ({ queryKey: ['product', id], queryFn: () => shop.products.get({ id }) });

export const ProductPage = () => {
  const { productId } = useParams({ from: '/shell/products/$productId' });
  const query = useQuery({ ...productQuery(productId), refetchOnWindowFocus: false });
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/products" size="sm">
          Products
        </Anchor>
        <Text size="sm" truncate>
          {query.data?.name ?? '…'}
        </Text>
      </Breadcrumbs>
      <Loaded query={query}>{query.data && <Editor key={query.data.id} product={query.data} />}</Loaded>
    </>
  );
};
