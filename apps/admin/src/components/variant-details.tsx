/** What a variant has besides its price: SKU, barcode, cost, weight, the image that shows it, and facts of the shop's own. */
import { Button, Group, JsonInput, Modal, Select, SimpleGrid, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { metadata as metadataSchema, toDecimal, type Product } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { amountProblem, toCents, variantName } from '../lib/format.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';

type Variant = Product['variants'][number];
interface Props {
  readonly product: Product;
  readonly variant: Variant;
  readonly onClose: () => void;
}

/** The facts in a text of JSON; null when the text is none, or when they do not fit. */
const toMetadata = (text: string) => {
  try {
    return metadataSchema.safeParse(text.trim() === '' ? {} : JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

const noMetadata = 'Enter a JSON object of texts, numbers and booleans, of at most 16 KB';

const isWhole = (grams: number | string): boolean => grams === '' || (Number.isInteger(Number(grams)) && Number(grams) >= 0);

interface FormProps extends Props {
  readonly costCents: number | null;
}
const useDetailsForm = ({ variant, costCents }: FormProps) =>
  useForm({
    initialValues: {
      sku: variant.sku,
      barcode: variant.barcode ?? '',
      cost: (costCents === null ? '' : toDecimal(costCents, variant.currency)) as number | string,
      weightGrams: (variant.weightGrams ?? '') as number | string,
      imageId: variant.imageId as string | null,
      metadata: Object.keys(variant.metadata).length === 0 ? '' : JSON.stringify(variant.metadata, null, 2),
    },
    validate: {
      sku: (sku) => (sku.trim() === '' ? 'Enter a SKU' : null),
      cost: (cost) => (cost === '' ? null : amountProblem(cost, variant.currency)),
      weightGrams: (grams) => (isWhole(grams) ? null : 'Enter whole grams'),
      metadata: (text) => (toMetadata(text) ? null : noMetadata),
    },
  });
type Form = ReturnType<typeof useDetailsForm>;

const useSaveDetails = ({ product, variant, onClose }: FormProps, form: Form) =>
  useMutation({
    mutationFn: ({ sku, barcode, cost, weightGrams, imageId, metadata }: Form['values']) =>
      shop.products.update({
        id: product.id,
        version: product.version,
        variants: [
          {
            id: variant.id,
            sku: sku.trim(),
            barcode: barcode.trim() || null,
            costCents: cost === '' ? null : toCents(cost, variant.currency),
            weightGrams: weightGrams === '' ? null : Number(weightGrams),
            imageId: product.images.find((image) => image.id === imageId)?.id ?? null,
            metadata: toMetadata(metadata) ?? {},
          },
        ],
      }),
    onSuccess: (saved, { sku }) => {
      queryClient.setQueryData(['product', saved.id], saved);
      for (const queryKey of [['products'], ['product-costs', saved.id]]) void queryClient.invalidateQueries({ queryKey });
      showDone('Variant saved', sku);
      onClose();
    },
    onError: showErrorAt(form, variant.currency),
  });

const Fields = ({ form, product, variant }: Pick<Props, 'product' | 'variant'> & { readonly form: Form }) => {
  const images = product.images.map((image) => ({ value: image.id, label: `${image.position}. ${image.altText || image.url}` }));
  const number = { hideControls: true, min: 0 };
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="SKU" description="Identifies the variant" maxLength={255} {...form.getInputProps('sku')} />
        <TextInput label="Barcode" description="EAN, UPC or ISBN" maxLength={100} {...form.getInputProps('barcode')} />
        <NumberField label={`Cost (${variant.currency})`} description="Only staff see it" {...number} {...form.getInputProps('cost')} />
        <NumberField label="Weight in grams" description="For shipping" {...number} {...form.getInputProps('weightGrams')} />
      </SimpleGrid>
      <Select label="Image" placeholder="None" clearable data={images} {...form.getInputProps('imageId')} />
      <JsonInput
        label="Metadata"
        description="Facts of your own as JSON. Customers can see them."
        validationError={noMetadata}
        autosize
        minRows={3}
        maxRows={10}
        {...form.getInputProps('metadata')}
      />
    </>
  );
};

const DetailsForm = (props: FormProps) => {
  const form = useDetailsForm(props);
  const save = useSaveDetails(props, form);
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <Fields form={form} product={props.product} variant={props.variant} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <ScopedButton calls="products.update" type="submit" disabled={!form.isDirty()} loading={save.isPending}>
            Save variant
          </ScopedButton>
        </Group>
      </Stack>
    </form>
  );
};

export const VariantDetails = (props: Props) => {
  const { product, variant, onClose } = props;
  const costs = useQuery({ queryKey: ['product-costs', product.id], queryFn: () => shop.products.costs({ id: product.id }) });
  const found = costs.data?.variants.find(({ variantId }) => variantId === variant.id);
  return (
    <Modal opened onClose={onClose} title={variantName(product.name, variant.title)}>
      {found ? <DetailsForm {...props} costCents={found.costCents} /> : <Skeleton height={320} />}
    </Modal>
  );
};
