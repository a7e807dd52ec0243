/** Order lines with an input for the number of units. */
import { Table } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { variantName } from '../lib/format.ts';
import { NumberField } from './number-field.tsx';

export type Units = Record<string, number>;
export interface Countable {
  readonly id: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly most: number;
}

/** Each input accepts 0 to `most` units. */
export const UnitsTable = ({
  lines,
  units,
  onChange,
  label,
}: {
  lines: readonly Countable[];
  units: Units;
  onChange: (units: Units) => void;
  label: string;
}) => (
  <Table verticalSpacing={4}>
    <Table.Tbody>
      {lines.map((line) => {
        const name = variantName(line.productName, line.variantTitle);
        return (
          <Table.Tr key={line.id}>
            <Table.Td>{name}</Table.Td>
            <Table.Td w={110}>
              <NumberField
                aria-label={`${label} of ${name}`}
                size="xs"
                min={0}
                max={line.most}
                allowDecimal={false}
                value={units[line.id] ?? line.most}
                onChange={(value) => onChange({ ...units, [line.id]: Number(value) || 0 })}
              />
            </Table.Td>
            <Table.Td w={60} c="dimmed">
              of {line.most}
            </Table.Td>
          </Table.Tr>
        );
      })}
    </Table.Tbody>
  </Table>
);
export const toLines = (lines: readonly Countable[], units: Units, ids: ReadonlyMap<string, Order['items'][number]['id']>) =>
  lines.flatMap((line) => {
    const orderItemId = ids.get(line.id);
    const quantity = units[line.id] ?? line.most;
    return orderItemId && quantity > 0 ? [{ orderItemId, quantity }] : [];
  });
export const idsOf = (order: Order) => new Map(order.items.map((item) => [item.id as string, item.id]));
