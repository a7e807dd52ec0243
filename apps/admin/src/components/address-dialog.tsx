/** Changes the shipping address of an order of which nothing has been shipped. */
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
  ['line2', 'Address line 2', false],
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
/** Every field as text for a form. An address that cannot be read gives empty fields. */
export const addressValues = (address: Address | null) => ({ ...blank, ...address });
type Values = ReturnType<typeof addressValues>;

/** The address in the form, without its empty optional fields. */
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
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Change the shipping address">
      <form onSubmit={form.onSubmit(() => save.mutate())}>
        <Stack gap="xs">
          <AddressFields form={form} withCountry={order.shippingAddress === null} />
          <Text size="sm" c="dimmed">
            {order.shippingAddress
              ? `The country stays ${order.shippingAddress.countryCode}. ` +
                'To change the country, use “Edit the order”: it recalculates tax and shipping.'
              : 'The stored address is damaged and cannot be read. Enter it again, with the country and region that the order was sold to.'}
          </Text>
          <Button type="submit" loading={save.isPending}>
            Save address
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
