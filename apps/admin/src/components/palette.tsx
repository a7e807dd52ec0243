/** The command palette: opens any page, and the orders and products that the typed text finds. */
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconBox, IconSearch, IconShoppingCart } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useState } from 'react';
import { usePages, type MenuPage } from '../lib/pages.ts';
import { useFound, type Found } from '../lib/palette-search.ts';

const searches = [
  { to: '/orders', label: 'orders' },
  { to: '/products', label: 'products' },
  { to: '/inventory', label: 'inventory' },
] as const;

const includes = (text: string, q: string): boolean => text.toLowerCase().includes(q.toLowerCase());

/**
 * Selects the first action when `found` arrives. The palette does so by itself only when the text changes, so that `Enter` would still
 * start the search that was the first action until then. As in the palette itself, the selection is an attribute of the element. It is
 * set before the list is painted: who sees what was found can press `Enter`.
 */
const useFirstSelected = (found: readonly Found[]): void => {
  useLayoutEffect(() => {
    const [first] = found.length > 0 ? document.querySelectorAll('[data-action]') : [];
    if (!first) return;
    document.querySelector('[data-action][data-selected]')?.removeAttribute('data-selected');
    first.setAttribute('data-selected', 'true');
  }, [found]);
};

/** All that can be chosen for a text: pages of this name, what was found, other pages that fit, and the searches of the lists. */
const useActions = (q: string): SpotlightActionData[] => {
  const navigate = useNavigate();
  const toPage = ({ to, label, about, icon: Icon }: MenuPage): SpotlightActionData => ({
    id: to,
    label,
    description: about,
    leftSection: <Icon size={18} />,
    onClick: () => void navigate({ to }),
  });
  const toFound = ({ kind, id, label, about }: Found): SpotlightActionData => ({
    id,
    label,
    description: about,
    leftSection: kind === 'order' ? <IconShoppingCart size={18} /> : <IconBox size={18} />,
    onClick: () =>
      void (kind === 'order'
        ? navigate({ to: '/orders/$orderId', params: { orderId: id } })
        : navigate({ to: '/products/$productId', params: { productId: id } })),
  });
  const toSearch = ({ to, label }: (typeof searches)[number]): SpotlightActionData => ({
    id: `search-${to}`,
    label: `Search ${label} for “${q}”`,
    leftSection: <IconSearch size={18} />,
    onClick: () => void navigate({ to, search: { q } }),
  });
  const pages = usePages();
  const found = useFound(q);
  useFirstSelected(found);
  if (q === '') return pages.map(toPage);
  const named = pages.filter(({ label }) => includes(label, q));
  const others = pages.filter(({ label, about }) => !includes(label, q) && includes(about, q));
  return [...named.map(toPage), ...found.map(toFound), ...others.map(toPage), ...searches.map(toSearch)];
};

export const Palette = () => {
  const [query, setQuery] = useState('');
  const actions = useActions(query.trim());
  return (
    <Spotlight
      actions={actions}
      // The actions are chosen above; what was found by SKU or barcode does not contain the typed text.
      filter={(_, all) => all}
      query={query}
      onQueryChange={setQuery}
      nothingFound="No matching page"
      highlightQuery
      scrollable
      maxHeight={480}
      searchProps={{ placeholder: 'Go to a page, an order or a product …', 'aria-label': 'Go to' }}
      shortcut={null}
    />
  );
};
