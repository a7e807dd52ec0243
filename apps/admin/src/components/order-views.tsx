/** The views over the order list, and what can be done with them: keep, rename, change, throw away. */
import { ActionIcon, Badge, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { OrderView } from '@cartwright/contracts';
import { IconBookmarkPlus, IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { givenViews, isSameView, orderViewsQuery, toKept, toSearch } from '../lib/order-views.ts';
import type { OrderSearch } from '../lib/order-search.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { DialogEnd, useRemoval } from './kept-rows.tsx';

const keys = ['order-views'];

const NameDialog = ({
  search,
  view,
  opened,
  onClose,
}: {
  search: OrderSearch;
  /** The view to rename; without one the filters of `search` are kept under a new name. */
  view?: OrderView;
  opened: boolean;
  onClose: () => void;
}) => {
  const navigate = useNavigate({ from: '/orders' });
  const form = useForm({
    initialValues: { name: view?.name ?? '' },
    validate: { name: (name) => (name.trim() ? null : 'Give it a name') },
  });
  const save = useSave(
    (name: string) => (view ? shop.orderViews.update({ id: view.id, name }) : shop.orderViews.create({ name, ...toKept(search) })),
    view ? 'Renamed' : 'View kept',
    keys,
    (saved) => {
      onClose();
      form.reset();
      if (!view) void navigate({ search: toSearch(saved) });
    },
  );
  return (
    <Modal opened={opened} onClose={onClose} title={view ? `Rename ${view.name}` : 'Keep this view'}>
      <form onSubmit={form.onSubmit(({ name }) => save.mutate(name))}>
        <Stack>
          <TextInput
            label="Name"
            description={view ? undefined : 'It keeps the filters and the order of the list, for you alone.'}
            placeholder="Large and unpaid"
            required
            maxLength={60}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <DialogEnd label={view ? 'Rename' : 'Keep view'} isSaving={save.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
};

const ViewMenu = ({ view, search }: { view: OrderView; search: OrderSearch }) => {
  const [renaming, dialog] = useDisclosure();
  const navigate = useNavigate({ from: '/orders' });
  const change = useSave(() => shop.orderViews.update({ id: view.id, ...toKept(search) }), 'View changed', keys);
  const remove = useRemoval(
    'order-views',
    (id: OrderView['id']) => shop.orderViews.delete({ id }).then(() => navigate({ search: {} })),
    'The orders stay; only the view goes.',
  );
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do with the view ${view.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={isSameView(search, toSearch(view))} onClick={() => change.mutate(undefined)}>
            Keep these filters in it
          </Menu.Item>
          <Menu.Item onClick={dialog.open}>Rename</Menu.Item>
          <Menu.Item color="red" onClick={() => remove(view.id, view.name)}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming && <NameDialog search={search} view={view} opened={renaming} onClose={dialog.close} />}
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

/** Links to all views; the one that is shown is marked, and may be kept when it is not one of them yet. */
export const OrderViews = ({ search }: { search: OrderSearch }) => {
  const kept = useQuery(orderViewsQuery).data?.items ?? [];
  const [keeping, dialog] = useDisclosure();
  const current = kept.find((view) => view.id === search.view);
  const isGiven = !current && givenViews.some((view) => isSameView(view.search, search));
  const isKept = current ? isSameView(search, toSearch(current)) : isGiven;
  return (
    <Group component="nav" aria-label="Views" gap={6} mb="sm">
      {givenViews.map((view) => (
        <Tab key={view.name} {...view} active={!current && isSameView(view.search, search)} />
      ))}
      {kept.map((view) => (
        <Group key={view.id} gap={2} wrap="nowrap">
          <Tab name={view.name} search={toSearch(view)} active={view === current} changed={view === current && !isKept} />
          {view === current && <ViewMenu view={view} search={search} />}
        </Group>
      ))}
      {!isKept && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconBookmarkPlus size={16} />} onClick={dialog.open}>
          {current ? 'Keep as another view' : 'Keep this view'}
        </Button>
      )}
      {kept.length === 0 && isGiven && (
        <Text size="xs" c="dimmed" visibleFrom="md">
          Set filters, then keep them here under a name.
        </Text>
      )}
      {keeping && <NameDialog search={search} opened={keeping} onClose={dialog.close} />}
    </Group>
  );
};
