/** The images of a product: the first one stands for it; added by address, moved, described, taken away. */
import { ActionIcon, Badge, Button, Card, Group, Image, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowUp, IconPhotoPlus, IconTrash } from '@tabler/icons-react';
import type { Product, ProductImageId } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

export const ProductImages = ({ product }: { product: Product }) => {
  const [url, setUrl] = useState('');
  const [altText, setAltText] = useState('');
  const { id: productId, images } = product;
  const options = {
    onSuccess: () => {
      setUrl('');
      setAltText('');
      void queryClient.invalidateQueries({ queryKey: ['product', productId] });
    },
    onError: showError,
  };
  const add = useMutation({ mutationFn: () => shop.productImages.add({ productId, url, altText }), ...options });
  const remove = useMutation({ mutationFn: (imageId: ProductImageId) => shop.productImages.remove({ productId, imageId }), ...options });
  const first = useMutation({
    mutationFn: (imageId: ProductImageId) =>
      shop.productImages.reorder({ productId, imageIds: [imageId, ...images.map(({ id }) => id).filter((id) => id !== imageId)] }),
    ...options,
  });
  return (
    <Card withBorder>
      <Text component="h2" fw={600} fz="md" mb="sm">
        Images
      </Text>
      <Stack gap="xs">
        {images.map((image) => (
          <Group key={image.id} wrap="nowrap" gap="xs">
            <Image src={image.url} alt={image.altText || product.name} radius="sm" w={56} h={56} fit="cover" loading="lazy" />
            <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
              <Text size="xs" truncate>
                {image.altText || 'No words for those who cannot see it'}
              </Text>
              {image.isPrimary && (
                <Badge size="xs" variant="light">
                  Primary
                </Badge>
              )}
            </Stack>
            {!image.isPrimary && (
              <ActionIcon variant="subtle" aria-label={`Make image ${image.position} the primary`} onClick={() => first.mutate(image.id)}>
                <IconArrowUp size={16} />
              </ActionIcon>
            )}
            <ActionIcon variant="subtle" color="red" aria-label={`Remove image ${image.position}`} onClick={() => remove.mutate(image.id)}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <TextInput
          size="xs"
          label="Address of an image"
          placeholder="https://"
          value={url}
          onChange={(e) => setUrl(e.currentTarget.value)}
        />
        <TextInput size="xs" label="What it shows" value={altText} onChange={(e) => setAltText(e.currentTarget.value)} />
        <Button
          size="xs"
          variant="light"
          leftSection={<IconPhotoPlus size={16} />}
          disabled={!url}
          loading={add.isPending}
          onClick={() => add.mutate()}
        >
          Add image
        </Button>
      </Stack>
    </Card>
  );
};
