/** Views of the order list: save, rename, change and delete them. */
import { ActionIcon, Badge, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { OrderView } from '@cartwright/contracts';
import { IconBookmarkPlus, IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { defaultViews, isSameView, orderViewsQuery, toSavedView, toSearch } from '../lib/order-views.ts';
import type { OrderSearch } from '../lib/order-search.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { DialogEnd, useDeletion } from './row-actions.tsx';

const keys = ['order-views'];

const NameDialog = ({
  search,
  currency,
  view,
  opened,
  onClose,
}: {
  search: OrderSearch;
  currency: string;
  /** The view to rename. Without it, the filters of `search` are saved under a new name. */
  view?: OrderView;
  opened: boolean;
  onClose: () => void;
}) => {
  const navigate = useNavigate({ from: '/orders' });
  const form = useForm({
    initialValues: { name: view?.name ?? '' },
    validate: { name: (name) => (name.trim() ? null : 'Enter a name') },
  });
  const save = useSave(
    (name: string) =>
      view ? shop.orderViews.update({ id: view.id, name }) : shop.orderViews.create({ name, ...toSavedView(search, currency) }),
    view ? 'Renamed' : 'View saved',
    keys,
    (saved) => {
      onClose();
      form.reset();
      if (!view) void navigate({ search: toSearch(saved, currency) });
    },
    currency,
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={view ? `Rename ${view.name}` : 'Save this view'}>
      <form onSubmit={form.onSubmit(({ name }) => save.mutate(name))}>
        <Stack>
          <TextInput
            label="Name"
            description={view ? undefined : 'Saves the filters and the sorting. Only you can see it.'}
            placeholder="Large and unpaid"
            required
            maxLength={60}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <DialogEnd label={view ? 'Rename' : 'Save view'} isSaving={save.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
};

const ViewMenu = ({ view, search, currency }: { view: OrderView; search: OrderSearch; currency: string }) => {
  const [renaming, dialog] = useDisclosure();
  const navigate = useNavigate({ from: '/orders' });
  const change = useSave(() => shop.orderViews.update({ id: view.id, ...toSavedView(search, currency) }), 'View changed', keys);
  const deletion = useDeletion(
    'order-views',
    (id: OrderView['id']) => shop.orderViews.delete({ id }).then(() => navigate({ search: {} })),
    'Only the view is deleted. The orders stay.',
  );
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for the view ${view.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={isSameView(search, toSearch(view, currency), currency)} onClick={() => change.mutate(undefined)}>
            Save these filters
          </Menu.Item>
          <Menu.Item onClick={dialog.open}>Rename</Menu.Item>
          <Menu.Item color="red" onClick={() => deletion(view.id, view.name)}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming && <NameDialog search={search} currency={currency} view={view} opened={renaming} onClose={dialog.close} />}
    </>
  );
};

const Tab = ({ name, search, active, changed }: { name: string; search: OrderSearch; active: boolean; changed?: boolean }) => (
  <Button
    size="compact-sm"
    fw={500}
    variant={active ? 'filled' : 'default'}
    renderRoot={(props) => (
      <Link {...props} to="/orders" search={search} activeOptions={{ exact: true }} aria-current={active ? 'page' : undefined} />
    )}
  >
    {name}
    {changed && (
      <Badge size="xs" ml={6} color="gray.1" c="dark" tt="none" variant="filled">
        changed
      </Badge>
    )}
  </Button>
);

/** Links to all views. The current view is marked; filters that belong to no view can be saved as one. */
export const OrderViews = ({ search, currency }: { search: OrderSearch; currency: string }) => {
  const savedViews = useQuery(orderViewsQuery).data?.items ?? [];
  const [saving, dialog] = useDisclosure();
  const current = savedViews.find((view) => view.id === search.view);
  const isDefault = !current && defaultViews.some((view) => isSameView(view.search, search, currency));
  const isSaved = current ? isSameView(search, toSearch(current, currency), currency) : isDefault;
  return (
    <Group component="nav" aria-label="Views" gap={6} mb="sm">
      {defaultViews.map((view) => (
        <Tab key={view.name} {...view} active={!current && isSameView(view.search, search, currency)} />
      ))}
      {savedViews.map((view) => (
        <Group key={view.id} gap={2} wrap="nowrap">
          <Tab name={view.name} search={toSearch(view, currency)} active={view === current} changed={view === current && !isSaved} />
          {view === current && <ViewMenu view={view} search={search} currency={currency} />}
        </Group>
      ))}
      {!isSaved && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconBookmarkPlus size={16} />} onClick={dialog.open}>
          {current ? 'Save as another view' : 'Save this view'}
        </Button>
      )}
      {savedViews.length === 0 && isDefault && (
        <Text size="xs" c="dimmed" visibleFrom="md">
          Set filters, then save them here under a name.
        </Text>
      )}
      {saving && <NameDialog search={search} currency={currency} opened={saving} onClose={dialog.close} />}
    </Group>
  );
};
