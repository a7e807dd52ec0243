/** Rows of the product list. They can be selected for bulk actions; price and stock of single-variant products are edited in the row. */
import { Anchor, Checkbox, Table, Text } from '@mantine/core';
import { toDecimal, type ProductSummary } from '@cartwright/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMay } from '../lib/grants.ts';
import { amountProblem, money, toCents } from '../lib/format.ts';
import type { GridEdits } from '../lib/use-grid-edits.ts';
import type { Selection } from '../lib/use-selection.ts';
import { NumberCell } from './number-cell.tsx';
import { opensRow, walksRows } from './open-row.tsx';
import { StatusBadge } from './page.tsx';
import { SelectAll } from './select-all.tsx';

const PriceCell = ({ product, edits }: { product: ProductSummary; edits: GridEdits }) => {
  const { id, name, currency, minPriceCents, maxPriceCents, variantCount } = product;
  const may = useMay();
  if (variantCount > 1 || !may('products.setPrice'))
    return (
      <Text size="sm" style={{ whiteSpace: 'nowrap' }} className="beside-field">
        {money(minPriceCents, currency)}
        {maxPriceCents > minPriceCents && ` – ${money(maxPriceCents, currency)}`}
      </Text>
    );
  return (
    <NumberCell
      label={`Price of ${name}`}
      min={0}
      check={(amount) => amountProblem(amount, currency)}
      suffix={` ${currency}`}
      value={toDecimal(minPriceCents, currency)}
      onCommit={(amount) => edits.setPrice({ id, priceCents: toCents(amount, currency) })}
    />
  );
};

const StockCell = ({ product, edits }: { product: ProductSummary; edits: GridEdits }) => {
  const { id, name, available, tracked, inStock, variantCount } = product;
  const may = useMay();
  if (!tracked)
    return (
      <Text size="sm" c="dimmed" className="beside-field">
        Not tracked
      </Text>
    );
  if (variantCount > 1 || !may('inventory.adjust'))
    return (
      <Text size="sm" className={`beside-field ${inStock ? '' : 'bad strong'}`}>
        {available}
      </Text>
    );
  return (
    <NumberCell
      label={`Available units of ${name}`}
      width={80}
      isBad={!inStock}
      value={available}
      onCommit={(units) => edits.addStock({ id, delta: units - available })}
    />
  );
};

interface RowProps {
  readonly product: ProductSummary;
  readonly edits: GridEdits;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}
const Row = ({ product, edits, isChosen, onChoose }: RowProps) => {
  const { id, name, brand, category, status, variantCount } = product;
  const navigate = useNavigate();
  return (
    <Table.Tr {...opensRow(() => void navigate({ to: '/products/$productId', params: { productId: id } }))}>
      <Table.Td>
        <Checkbox size="xs" aria-label={`Select ${name}`} checked={isChosen} onChange={onChoose} />
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/products/${id}`} size="sm" fw={500} c="inherit" data-row>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {[brand, variantCount > 1 && `${variantCount} variants`].filter(Boolean).join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td {...(category && { 'data-label': 'Category' })}>{category?.name}</Table.Td>
      <Table.Td data-label="Status">
        <StatusBadge label={status} />
      </Table.Td>
      <Table.Td ta="right" data-label="Available">
        <StockCell product={product} edits={edits} />
      </Table.Td>
      <Table.Td ta="right" data-label="Price">
        <PriceCell product={product} edits={edits} />
      </Table.Td>
    </Table.Tr>
  );
};

interface Props {
  readonly products: readonly ProductSummary[];
  readonly edits: GridEdits;
  readonly selection: Selection<ProductSummary>;
}
export const ProductsTable = ({ products, edits, selection }: Props) => (
  <Table.ScrollContainer minWidth={640}>
    <Table highlightOnHover verticalSpacing="xs" className="stacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={32} data-label="Select all">
            <SelectAll label="Select all on this page" selection={selection} />
          </Table.Th>
          <Table.Th>Product</Table.Th>
          <Table.Th>Category</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th ta="right">Available</Table.Th>
          <Table.Th ta="right">Price</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody {...walksRows}>
        {products.map((product) => (
          <Row
            key={product.id}
            product={product}
            edits={edits}
            isChosen={selection.has(product.id)}
            onChoose={() => selection.toggle(product.id)}
          />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);
