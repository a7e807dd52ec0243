/** Where an order goes, until something of it has left. */
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Address } from '@cartwright/contracts';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';

const addressFields = [
  ['firstName', 'First name', true],
  ['lastName', 'Last name', true],
  ['company', 'Company', false],
  ['line1', 'Street', true],
  ['line2', 'Second line', false],
  ['postalCode', 'Postal code', true],
  ['city', 'City', true],
  ['phone', 'Phone', false],
] as const;

export const AddressDialog = ({ order, opened, onClose }: DialogProps) => {
  const blank = { company: '', line2: '', region: '', phone: '' };
  const form = useForm({ initialValues: { ...blank, ...order.shippingAddress } });
  const save = useStep(
    () => {
      const { company, line2, region, phone, ...rest } = form.values;
      const optional = Object.fromEntries(
        Object.entries({ company, line2, region, phone }).filter(([, value]) => value),
      ) as Partial<Address>;
      return shop.orders.updateAddress({ orderId: order.id, shippingAddress: { ...rest, ...optional } });
    },
    'Address changed',
    onClose,
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Where it goes">
      <form onSubmit={form.onSubmit(() => save.mutate())}>
        <Stack gap="xs">
          {addressFields.map(([name, label, required]) => (
            <TextInput key={name} label={label} required={required} {...form.getInputProps(name)} />
          ))}
          <Text size="sm" c="dimmed">
            The country stays {order.shippingAddress.countryCode}: tax and shipping were worked out for it.
          </Text>
          <Button type="submit" loading={save.isPending}>
            Save the address
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
