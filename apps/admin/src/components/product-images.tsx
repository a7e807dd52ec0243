/** The images of a product. The first one is the main image. Images are added by URL, reordered and deleted. */
import { ActionIcon, Badge, Card, Group, Image, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPhotoPlus, IconTrash } from '@tabler/icons-react';
import type { Product, ProductImageId } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMay } from '../lib/grants.ts';
import { queryClient, showError, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { useUndoable } from '../lib/undo.tsx';
import { moved, SortableList, Sorting } from './sortable.tsx';
import { ScopedButton } from './scoped-button.tsx';

type ProductImage = Product['images'][number];

/** The images in the order of `ids`, with new positions. */
const inOrder = (images: readonly ProductImage[], ids: readonly ProductImageId[]): ProductImage[] =>
  ids.flatMap((id, n) => {
    const image = images.find((one) => one.id === id);
    return image ? [{ ...image, position: n + 1, isPrimary: n === 0 }] : [];
  });

const ImageRow = ({ image, name, grip, onDelete }: { image: ProductImage; name: string; grip: ReactNode; onDelete?: () => void }) => (
  <Group wrap="nowrap" gap="xs" py={4}>
    {grip}
    <Image src={image.url} alt={image.altText || name} radius="sm" w={56} h={56} fit="cover" loading="lazy" />
    <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
      <Text size="xs" lineClamp={2} className={image.altText ? '' : 'low'}>
        {image.altText || 'No alternative text'}
      </Text>
      {image.isPrimary && (
        <Badge size="xs" variant="light">
          Primary
        </Badge>
      )}
    </Stack>
    {onDelete && (
      <ActionIcon variant="subtle" color="red" aria-label={`Delete image ${image.position}`} onClick={onDelete}>
        <IconTrash size={16} />
      </ActionIcon>
    )}
  </Group>
);

const AddImage = ({ productId, onAdded }: { productId: Product['id']; onAdded: () => void }) => {
  const form = useForm({ initialValues: { url: '', altText: '' } });
  const add = useMutation({
    mutationFn: () => shop.productImages.add({ productId, ...form.getValues() }),
    onSuccess: () => {
      form.reset();
      onAdded();
    },
    onError: showErrorAt(form),
  });
  return (
    <>
      <TextInput size="xs" label="Image URL" placeholder="https://" {...form.getInputProps('url')} />
      <TextInput size="xs" label="Alternative text" {...form.getInputProps('altText')} />
      <ScopedButton
        calls="productImages.add"
        size="xs"
        variant="light"
        leftSection={<IconPhotoPlus size={16} />}
        disabled={!form.values.url}
        loading={add.isPending}
        onClick={() => add.mutate()}
      >
        Add image
      </ScopedButton>
    </>
  );
};

export const ProductImages = ({ product }: { product: Product }) => {
  const may = useMay();
  const { id: productId, images, name } = product;
  const queryKey = ['product', productId];
  const refresh = () => void queryClient.invalidateQueries({ queryKey });
  const deletion = useMutation({
    mutationFn: (imageId: ProductImageId) => shop.productImages.delete({ productId, imageId }),
    onSuccess: refresh,
    onError: showError,
  });
  const order = useUndoable<ProductImageId[], Product>({
    queryKey,
    run: (imageIds) => shop.productImages.reorder({ productId, imageIds }),
    show: (before, ids) => ({ ...before, images: inOrder(before.images, ids) }),
    back: (_ids, before) => before.images.map(({ id }) => id),
    notice: () => ['Images reordered', 'The first image is the main image'],
    stale: [queryKey],
  });
  const ids = images.map(({ id }) => id);
  return (
    <Card withBorder>
      <Text component="h2" fw={600} fz="md" mb="sm">
        Images
      </Text>
      <Stack gap="xs">
        {images.length === 0 && (
          <Text size="sm" c="dimmed">
            No images yet. Product lists show the first image. Drag images to change their order.
          </Text>
        )}
        <Sorting onMove={(_group, from, to) => order.change(moved(ids, from, to))}>
          <SortableList
            items={images}
            group="images"
            label="Images"
            isFixed={!may('productImages.reorder')}
            nameOf={(_image, n) => `image ${n + 1}`}
          >
            {(image, grip) => (
              <ImageRow
                image={image}
                name={name}
                grip={grip}
                {...(may('productImages.delete') && { onDelete: () => deletion.mutate(image.id) })}
              />
            )}
          </SortableList>
        </Sorting>
        <AddImage productId={productId} onAdded={refresh} />
      </Stack>
    </Card>
  );
};
