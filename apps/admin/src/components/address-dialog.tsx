/** Changes the shipping address of an order of which nothing has been shipped. */
import { Autocomplete, Button, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { Address, AddressFormat } from '@cartwright/contracts';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';

/** The fields while the format of the country is not known. */
const usualFields: AddressFormat['fields'] = [
  { field: 'firstName', label: 'First name', required: true },
  { field: 'lastName', label: 'Last name', required: false },
  { field: 'company', label: 'Company', required: false },
  { field: 'line1', label: 'Street and number', required: true },
  { field: 'line2', label: 'Address line 2', required: false },
  { field: 'postalCode', label: 'Postal code', required: false },
  { field: 'city', label: 'City', required: false },
  { field: 'phone', label: 'Phone', required: false },
];

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

/** The address in the form, without its empty fields. */
export const addressOf = ({ firstName, line1, countryCode, ...rest }: Values): Address => {
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value)) as Partial<Address>;
  return { ...filled, firstName, line1, countryCode: countryCode.toUpperCase() };
};

/** The fields as the country of the address writes them. */
export const AddressFields = ({ form, withCountry = false }: { form: UseFormReturnType<Values>; withCountry?: boolean }) => {
  const countryCode = form.values.countryCode.toUpperCase();
  const format = useQuery({
    queryKey: ['address-format', countryCode],
    queryFn: () => shop.checkout.addressFormat({ countryCode }),
    enabled: /^[A-Z]{2}$/.test(countryCode),
    // A code that is no country: the server names the field when the form is sent.
    retry: false,
  }).data;
  const fields = (format?.fields ?? usualFields).filter(({ field }) => withCountry || field !== 'region');
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      {withCountry && (
        <TextInput label="Country" description="Two letters, such as DE" required maxLength={2} {...form.getInputProps('countryCode')} />
      )}
      {fields.map(({ field, label, required }) =>
        field === 'region' && format && format.regions.length > 0 ? (
          <Autocomplete
            key={field}
            label={label}
            required={required}
            data={format.regions.map((region) => region.name)}
            {...form.getInputProps(field)}
          />
        ) : (
          <TextInput
            key={field}
            label={label}
            required={required}
            placeholder={field === 'postalCode' ? (format?.postalCodeExample ?? undefined) : undefined}
            {...form.getInputProps(field)}
          />
        ),
      )}
    </SimpleGrid>
  );
};

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
