/** Button and dialog that create a draft product with one variant. The product's page takes all other fields. */
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { amountProblem, toCents } from '../lib/format.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { InShopCurrency } from './shop-currency.tsx';
import { ScopedButton } from './scoped-button.tsx';

const fresh = { name: '', sku: '', price: '' as number | '', stock: 0, tracked: true, backorderLimit: 0 };

/** Suggests a SKU for a name: `Linen Apron` becomes `LINEN-APRON`. */
const skuOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/[\s_-]+/g, '-')
    .toUpperCase();

const ProductForm = ({ currency, onClose }: { currency: string; onClose: () => void }) => {
  const navigate = useNavigate();
  const cannotStock = useMissingScopes('inventory:write');
  const form = useForm({
    initialValues: fresh,
    validate: {
      name: (v) => (v.trim() ? null : 'Enter a name'),
      price: (v) => (v === '' ? 'Enter a price' : amountProblem(v, currency)),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, sku, price, ...ofStock }: typeof fresh) =>
      shop.products.create({ name, variants: [{ ...ofStock, sku: sku.trim() || skuOf(name), priceCents: toCents(price, currency) }] }),
    onSuccess: ({ id, name }) => {
      for (const key of ['products', 'inventory']) void queryClient.invalidateQueries({ queryKey: [key] });
      showDone('Draft created', `${name} is not published yet`);
      onClose();
      void navigate({ to: '/products/$productId', params: { productId: id } });
    },
    onError: showErrorAt(form, currency),
  });
  const { stock, tracked, backorderLimit } = form.values;
  const setsStock = stock > 0 || backorderLimit > 0 || !tracked;
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        <TextInput label="Name" placeholder="Linen Apron" withAsterisk data-autofocus {...form.getInputProps('name')} />
        <TextInput label="SKU" placeholder={skuOf(form.values.name) || 'Generated from the name'} {...form.getInputProps('sku')} />
        <Group grow align="flex-start">
          <NumberField label={`Price (${currency})`} withAsterisk min={0} {...form.getInputProps('price')} />
          <NumberField label="Units on hand" min={0} allowDecimal={false} {...form.getInputProps('stock')} />
        </Group>
        <Group grow align="flex-start">
          <Checkbox
            label="Track stock"
            description="Without it the product can always be bought."
            {...form.getInputProps('tracked', { type: 'checkbox' })}
          />
          <NumberField
            label="Backorder limit"
            description="Units that may be sold before they arrive."
            min={0}
            allowDecimal={false}
            {...form.getInputProps('backorderLimit')}
          />
        </Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <ScopedButton calls="products.create" lacking={setsStock ? cannotStock : null} type="submit" loading={create.isPending}>
            Create draft
          </ScopedButton>
        </Group>
      </Stack>
    </form>
  );
};

export const NewProduct = () => {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <ScopedButton calls="products.create" leftSection={<IconPlus size={16} />} onClick={open}>
        New product
      </ScopedButton>
      <Modal opened={opened} onClose={close} title="New product">
        <InShopCurrency>{(currency) => <ProductForm currency={currency} onClose={close} />}</InShopCurrency>
      </Modal>
    </>
  );
};
