/** Where an order goes, until something of it has left. */
import { Button, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
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

const blank = {
  firstName: '',
  lastName: '',
  company: '',
  line1: '',
  line2: '',
  postalCode: '',
  city: '',
  region: '',
  countryCode: '',
  phone: '',
};
/** Every field as text, as a form wants it; empty fields for an address that cannot be read. */
export const addressValues = (address: Address | null) => ({ ...blank, ...address });
type Values = ReturnType<typeof addressValues>;

/** What the fields say; what was left empty is not there. */
export const addressOf = ({ company, line2, region, phone, ...rest }: Values): Address => {
  const optional = Object.fromEntries(Object.entries({ company, line2, region, phone }).filter(([, value]) => value)) as Partial<Address>;
  return { ...rest, countryCode: rest.countryCode.toUpperCase(), ...optional };
};

export const AddressFields = ({ form, withCountry = false }: { form: UseFormReturnType<Values>; withCountry?: boolean }) => (
  <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
    {addressFields.map(([name, label, required]) => (
      <TextInput key={name} label={label} required={required} {...form.getInputProps(name)} />
    ))}
    {withCountry && (
      <>
        <TextInput label="Region" {...form.getInputProps('region')} />
        <TextInput label="Country" description="Two letters, such as DE" required maxLength={2} {...form.getInputProps('countryCode')} />
      </>
    )}
  </SimpleGrid>
);

export const AddressDialog = ({ order, opened, onClose }: DialogProps) => {
  const form = useForm({ initialValues: addressValues(order.shippingAddress) });
  const save = useStep(
    () => shop.orders.updateAddress({ orderId: order.id, shippingAddress: addressOf(form.values) }),
    'Address changed',
    onClose,
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Where it goes">
      <form onSubmit={form.onSubmit(() => save.mutate())}>
        <Stack gap="xs">
          <AddressFields form={form} withCountry={order.shippingAddress === null} />
          <Text size="sm" c="dimmed">
            {order.shippingAddress
              ? `The country stays ${order.shippingAddress.countryCode}. For another one choose “Change the order”: tax and shipping are worked out anew there.`
              : 'The stored address is damaged and cannot be read. Enter it again, with the country and region that the order was sold to.'}
          </Text>
          <Button type="submit" loading={save.isPending}>
            Save the address
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
