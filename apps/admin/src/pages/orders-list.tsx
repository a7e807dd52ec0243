/** Orders: views, filters, export and bulk shipping. Filters and page are in the URL. */
import { Button, Collapse, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconDownload, IconTruck } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { BulkShipDialog } from '../components/bulk-ship-dialog.tsx';
import { OrderViews } from '../components/order-views.tsx';
import { OrdersFilters, type ChangeSearch } from '../components/orders-filters.tsx';
import { OrdersTable } from '../components/orders-table.tsx';
import { Empty, Loaded, PageTitle, Pager } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { InShopCurrency } from '../components/shop-currency.tsx';
import { SearchField } from '../components/typed-field.tsx';
import { downloadCsv } from '../lib/csv.ts';
import { useRefetchInterval } from '../lib/live-updates.ts';
import { toFilters, toOrderSearch, type OrderSearch } from '../lib/order-search.ts';
import { defaultViews, isSameView } from '../lib/order-views.ts';
import { showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { useSelection } from '../lib/use-selection.ts';

const Export = ({ search, currency }: { search: OrderSearch; currency: string }) => {
  const download = useMutation({ mutationFn: () => downloadCsv('orders', toFilters(search, currency)), onError: showError });
  return (
    <Button variant="default" leftSection={<IconDownload size={16} />} loading={download.isPending} onClick={() => download.mutate()}>
      Export CSV
    </Button>
  );
};

const NoOrders = ({ search, currency }: { search: OrderSearch; currency: string }) =>
  Object.keys(toFilters(search, currency)).length > 0 ? (
    <Empty title="No matching orders">
      No order matches these filters.{' '}
      <Link to="/orders" search={{}}>
        Show all orders
      </Link>
    </Empty>
  ) : (
    <Empty title="No orders yet">
      New orders appear here at once. Paid orders are listed under “To ship”, and orders with a problem under “Needs attention”.
    </Empty>
  );

/** Whether filters are set that belong to no view. */
const hasMore = (search: OrderSearch, currency: string): boolean =>
  !defaultViews.some((view) => isSameView(view.search, search, currency)) && !search.view;

const Orders = ({ currency }: { currency: string }) => {
  const search = useSearch({ from: '/shell/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const { page = 1, q, sort } = search;
  const [more, moreFilters] = useDisclosure(hasMore(search, currency));
  const [shipping, shipDialog] = useDisclosure();
  const refetchInterval = useRefetchInterval();
  const query = useQuery({
    queryKey: ['orders', search],
    queryFn: ({ signal }) => shop.orders.list({ page, pageSize: 20, ...toFilters(search, currency), ...(sort && { sort }) }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const change: ChangeSearch = (changes) =>
    void navigate({ search: (before) => toOrderSearch({ ...before, page: 1, ...changes }), replace: true });
  const items = query.data?.items ?? [];
  const shippable = items.filter(({ status }) => status === 'confirmed');
  const selection = useSelection(search, shippable);
  const toShip = selection.rows;
  return (
    <>
      <PageTitle title="Orders">
        {toShip.length > 0 && (
          <ScopedButton calls="orders.ship" leftSection={<IconTruck size={16} />} onClick={shipDialog.open}>
            Ship {toShip.length}
          </ScopedButton>
        )}
        <Export search={search} currency={currency} />
        <SearchField aria-label="Find orders" placeholder="Number or e-mail" value={q ?? ''} onTyped={(text) => change({ q: text })} />
      </PageTitle>
      <Group justify="space-between" align="flex-start" gap="xs">
        <OrderViews search={search} currency={currency} />
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconAdjustments size={16} />}
          aria-expanded={more}
          onClick={moreFilters.toggle}
        >
          Filters
        </Button>
      </Group>
      <Collapse expanded={more}>
        <OrdersFilters search={search} currency={currency} change={change} />
      </Collapse>
      <Loaded query={query} rows={10}>
        {items.length === 0 ? (
          <NoOrders search={search} currency={currency} />
        ) : (
          <OrdersTable orders={items} selection={shippable.length > 0 ? selection : null} />
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })} />}
      </Loaded>
      <BulkShipDialog orders={toShip} opened={shipping} onClose={shipDialog.close} onShipped={selection.clear} />
    </>
  );
};

export const OrdersPage = () => <InShopCurrency rows={10}>{(currency) => <Orders currency={currency} />}</InShopCurrency>;
