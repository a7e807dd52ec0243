/** Sections of the product form: name and description, variants with price and stock, and publication. */
import { Card, Select, Stack, Table, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { productTextNames, type Product } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { categoriesQuery, flatten, toChoices } from '../lib/categories.ts';
import { productTextLabels } from '../lib/field-labels.ts';
import { variantName } from '../lib/format.ts';
import type { ProductValues } from '../lib/product-form.ts';
import { availableInWords } from '../lib/stock-words.ts';
import type { AdjustTarget } from './adjust-stock.tsx';
import { fieldInCell } from './number-cell.tsx';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';

interface FormProps {
  readonly form: UseFormReturnType<ProductValues>;
}

export const ProductTexts = ({ form }: FormProps) => (
  <Card withBorder>
    <Stack>
      <TextInput label="Name" required {...form.getInputProps('name')} />
      {productTextNames.map((name) => (
        <Textarea
          key={name}
          label={productTextLabels[name]}
          autosize
          minRows={name === 'description' ? 3 : 1}
          maxRows={10}
          {...form.getInputProps(`texts.${name}`)}
        />
      ))}
    </Stack>
  </Card>
);

type Variant = Product['variants'][number];
const isSoldOut = ({ availability: { inStock } }: Variant): boolean => !inStock;

interface VariantsProps extends FormProps {
  readonly product: Product;
  readonly onAdjust: (target: AdjustTarget) => void;
  readonly onDetails: (id: Variant['id']) => void;
}

const VariantRow = ({ form, product, variant, onAdjust, onDetails }: VariantsProps & { variant: Variant }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm">{variant.title || 'Single variant'}</Text>
      <Text size="xs" c="dimmed" className="mono">
        {variant.sku}
      </Text>
    </Table.Td>
    <Table.Td data-label={`Price (${product.currency})`}>
      <NumberField
        {...fieldInCell}
        w={110}
        aria-label={`Price of ${variant.sku}`}
        min={0}
        {...form.getInputProps(`prices.${variant.id}`)}
      />
    </Table.Td>
    <Table.Td data-label="Available" ta="right" className={isSoldOut(variant) ? 'bad strong' : ''}>
      {availableInWords(variant.availability)}
      {variant.availability.tracked && variant.availability.available === 0 && variant.availability.inStock && ', on backorder'}
    </Table.Td>
    <Table.Td ta="right">
      <ScopedButton
        calls="products.costs"
        size="compact-sm"
        variant="subtle"
        mr={4}
        aria-label={`Details of ${variant.sku}`}
        onClick={() => onDetails(variant.id)}
      >
        Details
      </ScopedButton>
      <ScopedButton
        calls="inventory.adjust"
        size="compact-sm"
        variant="light"
        disabled={!variant.availability.tracked}
        aria-label={`Adjust the stock of ${variant.sku}`}
        onClick={() => onAdjust({ variantId: variant.id, name: variantName(product.name, variant.title) })}
      >
        Adjust
      </ScopedButton>
    </Table.Td>
  </Table.Tr>
);

export const ProductVariants = (props: VariantsProps) => (
  <Table verticalSpacing="xs" className="stacks">
    <Table.Thead>
      <Table.Tr>
        <Table.Th>Variant</Table.Th>
        <Table.Th w={140} ta="right">
          Price ({props.product.currency})
        </Table.Th>
        <Table.Th ta="right">Available</Table.Th>
        <Table.Th aria-label="Details and stock" />
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {props.product.variants.map((variant) => (
        <VariantRow key={variant.id} {...props} variant={variant} />
      ))}
    </Table.Tbody>
  </Table>
);

const statuses = [
  { value: 'draft', label: 'Draft: only staff see it' },
  { value: 'active', label: 'Active: on sale and listed' },
  { value: 'unlisted', label: 'Unlisted: on sale, but only by its URL' },
  { value: 'archived', label: 'Archived: no longer on sale' },
];

export const ProductPublication = ({ form, slug, handle }: FormProps & { slug: string; handle: string }) => {
  const categories = useQuery(categoriesQuery);
  return (
    <Card withBorder>
      <Stack>
        <Select label="Status" data={statuses} allowDeselect={false} {...form.getInputProps('status')} />
        <Select
          label="Category"
          placeholder="None"
          clearable
          searchable
          data={toChoices(flatten(categories.data?.categories ?? []))}
          {...form.getInputProps('categoryId')}
        />
        <TextInput label="Brand" {...form.getInputProps('brand')} />
        <TagsInput label="Tags" {...form.getInputProps('tags')} />
        <TextInput label="Slug" description="The product's part of its URL." value={slug} readOnly variant="filled" />
        <TextInput label="Handle" description="Identifies the product in CSV files." value={handle} readOnly variant="filled" />
      </Stack>
    </Card>
  );
};
