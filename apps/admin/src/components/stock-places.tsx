/** The stock locations of the shop: create, close and reopen them, and choose the default one. */
import { Badge, Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { StockLocation } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient, showDone, showError, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { Loaded, StatusBadge } from './page.tsx';
import { refreshStock } from './stock-forms.tsx';
import { ScopedButton } from './scoped-button.tsx';

const refresh = () => {
  void queryClient.invalidateQueries({ queryKey: ['locations'] });
  refreshStock();
};

const NewLocation = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const form = useForm({
    initialValues: { code: '', name: '', priority: 100 },
    validate: {
      code: (v) => (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(v) ? null : 'Use lower-case words joined by hyphens'),
      name: (v) => (v.trim() ? null : 'Enter a name'),
    },
  });
  const create = useMutation({
    mutationFn: () => shop.inventory.createLocation({ ...form.values, priority: Number(form.values.priority) }),
    onSuccess: (location) => {
      refresh();
      showDone('Location created', location.name);
      form.reset();
      onClose();
    },
    onError: showErrorAt(form),
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New location">
      <form onSubmit={form.onSubmit(() => create.mutate())}>
        <Stack>
          <TextInput label="Code" placeholder="north" data-autofocus {...form.getInputProps('code')} />
          <TextInput label="Name" placeholder="Northern warehouse" {...form.getInputProps('name')} />
          <NumberField
            label="Priority"
            description="Orders ship from the location with the lowest number that has enough units"
            min={1}
            allowDecimal={false}
            {...form.getInputProps('priority')}
          />
          <Button type="submit" loading={create.isPending}>
            Create location
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

type Change = Pick<StockLocation, 'id'> & { readonly isDefault?: true; readonly active?: boolean };

const LocationRow = ({ location, onChange }: { location: StockLocation; onChange: (change: Change) => void }) => {
  const { id, code, name, priority, isDefault, active } = location;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed" className="mono">
          {code}
        </Text>
      </Table.Td>
      <Table.Td ta="right" data-label="Priority">
        {priority}
      </Table.Td>
      <Table.Td data-label="Status">
        {isDefault ? <Badge variant="light">default</Badge> : <StatusBadge label={active ? 'active' : 'closed'} />}
      </Table.Td>
      <Table.Td>
        {!isDefault && (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            {active && (
              <ScopedButton
                calls="inventory.updateLocation"
                size="compact-sm"
                variant="subtle"
                onClick={() => onChange({ id, isDefault: true })}
              >
                Make default
              </ScopedButton>
            )}
            <ScopedButton
              calls="inventory.updateLocation"
              size="compact-sm"
              variant="light"
              onClick={() => onChange({ id, active: !active })}
            >
              {active ? 'Close' : 'Reopen'}
            </ScopedButton>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
};

const LocationTable = ({ locations }: { locations: readonly StockLocation[] }) => {
  const change = useMutation({
    mutationFn: ({ id, ...fields }: Change) => shop.inventory.updateLocation({ locationId: id, ...fields }),
    onSuccess: (location) => {
      refresh();
      showDone('Location changed', location.name);
    },
    onError: showError,
  });
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing="xs" className="stacks" aria-label="Locations">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Location</Table.Th>
            <Table.Th ta="right">Priority</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {locations.map((location) => (
            <LocationRow key={location.id} location={location} onChange={change.mutate} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
};

export const StockPlaces = () => {
  const [opening, setOpening] = useState(false);
  const query = useQuery({ queryKey: ['locations'], queryFn: () => shop.inventory.locations() });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Each order line ships from the first location that has all its units. Stock changes without a location apply to the default
          location.
        </Text>
        <ScopedButton calls="inventory.createLocation" size="xs" onClick={() => setOpening(true)}>
          New location
        </ScopedButton>
      </Group>
      <Loaded query={query}>{query.data && <LocationTable locations={query.data.locations} />}</Loaded>
      <NewLocation opened={opening} onClose={() => setOpening(false)} />
    </Stack>
  );
};
