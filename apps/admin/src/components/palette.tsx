/** The command palette: opens any page, and searches orders, products and stock for the typed text. */
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { pages } from '../lib/pages.ts';

const searches = [
  { to: '/orders', label: 'orders' },
  { to: '/products', label: 'products' },
  { to: '/inventory', label: 'inventory' },
] as const;

export const Palette = () => {
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const q = query.trim();
  const actions: SpotlightActionData[] = pages.map(({ to, label, about, icon: Icon }) => ({
    id: to,
    label,
    description: about,
    leftSection: <Icon size={18} />,
    onClick: () => void navigate({ to }),
  }));
  if (q)
    for (const { to, label } of searches)
      actions.push({
        id: `search-${to}`,
        label: `Search ${label} for “${q}”`,
        leftSection: <IconSearch size={18} />,
        onClick: () => void navigate({ to, search: { q } }),
      });
  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      nothingFound="No matching page"
      highlightQuery
      searchProps={{ placeholder: 'Go to …', 'aria-label': 'Go to' }}
      shortcut={null}
    />
  );
};
