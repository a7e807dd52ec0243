/** Customer, shipping address, invoices and timeline of an order. */
import { Group, Stack, Text, Timeline } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconCreditCard,
  IconFileInvoice,
  IconHome,
  IconNote,
  IconPencil,
  IconReceiptRefund,
  IconTruck,
} from '@tabler/icons-react';
import { discrepancyAnchor } from '../lib/discrepancies.ts';
import { dateTime, money, unreadable } from '../lib/format.ts';
import { AddressDialog } from './address-dialog.tsx';
import { DiscrepancyLink, useOpenDiscrepancies } from './open-discrepancies.tsx';
import { NoteDialog } from './order-dialogs.tsx';
import { stepsOf } from './order-steps.tsx';
import { Panel } from './panel.tsx';
import { ScopedButton } from './scoped-button.tsx';

const icons = {
  status: IconCheck,
  payment: IconCreditCard,
  refund: IconReceiptRefund,
  shipment: IconTruck,
  invoice: IconFileInvoice,
  note: IconNote,
  return: IconArrowBackUp,
  address: IconHome,
  edit: IconPencil,
};

interface Props {
  readonly order: Order;
}

const ChangeAddress = ({ order }: Props) => {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <ScopedButton calls="orders.updateAddress" size="compact-sm" variant="default" onClick={dialog.open}>
        Change address
      </ScopedButton>
      <AddressDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

export const Customer = ({ order }: Props) => {
  const address = order.shippingAddress;
  return (
    <Panel title="Customer" action={stepsOf(order).address && <ChangeAddress order={order} />}>
      <Text size="sm" fw={500}>
        {order.customer.name ?? unreadable}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {order.customer.email ?? unreadable}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        {address ? (
          <>
            {address.line1}
            {address.line2 && `, ${address.line2}`}
            <br />
            {[address.postalCode, address.city, address.region].filter(Boolean).join(' ')}
            <br />
            {address.countryCode}
            {address.phone && (
              <>
                <br />
                {address.phone}
              </>
            )}
          </>
        ) : (
          unreadable
        )}
      </Text>
      {order.unreadable.includes('notes') && (
        <Text size="sm" mt="xs">
          Note: {unreadable}
        </Text>
      )}
      {order.notes && (
        <Text size="sm" mt="xs">
          “{order.notes}”
        </Text>
      )}
    </Panel>
  );
};

const InvoiceLine = ({ number, about, amount }: { number: string; about: string; amount?: string }) => (
  <Group justify="space-between" wrap="nowrap" align="flex-start">
    <div>
      <Text size="sm" className="mono">
        {number}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </div>
    <Text size="sm">{amount}</Text>
  </Group>
);

/** The invoice of the order and the invoices for price increases of its changes. There is none before it is paid. */
export const Invoices = ({ order }: Props) => {
  const { invoice, differenceInvoices, currency } = order;
  if (!invoice && differenceInvoices.length === 0) return null;
  return (
    <Panel title="Invoices">
      <Stack gap="xs">
        {invoice && <InvoiceLine number={invoice.number} about="The order as it was placed" />}
        {differenceInvoices.map((one) => (
          <InvoiceLine
            key={one.id}
            number={one.number}
            about={`Price increase of an edit, ${dateTime(one.issuedAt)}`}
            amount={money(one.totalCents, currency)}
          />
        ))}
      </Stack>
    </Panel>
  );
};

const AddNote = ({ order }: Props) => {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <ScopedButton calls="orders.addNote" size="compact-sm" variant="default" onClick={dialog.open}>
        Add note
      </ScopedButton>
      <NoteDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

const Entry = ({ entry }: { entry: Order['timeline'][number] }) => (
  <>
    {entry.detail && (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {entry.detail}
      </Text>
    )}
    <Text size="xs" c="dimmed">
      {dateTime(entry.at)} · {entry.actor}
    </Text>
  </>
);

export const History = ({ order }: Props) => {
  const discrepancies = useOpenDiscrepancies(order.id);
  return (
    <Panel title="Timeline" action={<AddNote order={order} />}>
      <Timeline bulletSize={22} lineWidth={2} active={order.timeline.length + discrepancies.length}>
        {order.timeline.map((entry, i) => {
          const Icon = icons[entry.kind];
          const title = (
            <Text size="sm" fw={500}>
              {entry.title}
            </Text>
          );
          return (
            <Timeline.Item key={`${entry.at}-${i}`} bullet={<Icon size={12} />} title={title}>
              <Entry entry={entry} />
            </Timeline.Item>
          );
        })}
        {discrepancies.map((discrepancy) => (
          <Timeline.Item
            key={discrepancyAnchor(discrepancy)}
            bullet={<IconAlertTriangle size={12} />}
            title={<DiscrepancyLink discrepancy={discrepancy} />}
          >
            <Text size="xs" c="dimmed">
              Open since {dateTime(discrepancy.since)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Panel>
  );
};
