/** The frame of every page: navigation, palette, colour scheme, who is signed in. */
import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Group,
  Kbd,
  Menu,
  NavLink,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import {
  IconActivityHeartbeat,
  IconBolt,
  IconBox,
  IconFileImport,
  IconHome,
  IconLogout,
  IconMail,
  IconMoon,
  IconPackages,
  IconSearch,
  IconShoppingCart,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { queryClient } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { Logo } from './logo.tsx';

const pages = [
  { to: '/', label: 'Dashboard', icon: IconHome, key: 'd' },
  { to: '/orders', label: 'Orders', icon: IconShoppingCart, key: 'o' },
  { to: '/products', label: 'Products', icon: IconBox, key: 'p' },
  { to: '/inventory', label: 'Inventory', icon: IconPackages, key: 'i' },
  { to: '/import', label: 'CSV import', icon: IconFileImport, key: 'c' },
  { to: '/events', label: 'Events', icon: IconBolt, key: 'e' },
  { to: '/mailbox', label: 'Mailbox', icon: IconMail, key: 'm' },
  { to: '/health', label: 'Health', icon: IconActivityHeartbeat, key: 'h' },
] as const;

/** `g` and then a letter goes to a page, as long as nobody is typing. */
const useGoKeys = () => {
  const navigate = useNavigate();
  const armed = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.metaKey || event.ctrlKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.key === 'g') {
        armed.current = event.timeStamp;
        return;
      }
      const page = pages.find((p) => p.key === event.key);
      if (page && event.timeStamp - armed.current < 1_500) void navigate({ to: page.to });
      armed.current = 0;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
};

export const Shell = () => {
  const [open, { toggle, close }] = useDisclosure();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname.replace(/^\/admin/, '') || '/' });
  const me = useQuery({ queryKey: ['me'], queryFn: () => shop.auth.me(), staleTime: 60_000 });
  useGoKeys();
  useHotkeys([
    ['mod+K', () => spotlight.open()],
    ['/', () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus()],
  ]);
  useEffect(close, [path, close]);
  useEffect(() => {
    if (me.error && 'status' in me.error && me.error.status === 401) void navigate({ to: '/sign-in' });
  }, [me.error, navigate]);
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  const leave = async () => {
    await shop.signOut();
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Logo />
            <Text fw={650} visibleFrom="xs">
              Cartwright
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <UnstyledButton
              onClick={spotlight.open}
              visibleFrom="sm"
              aria-haspopup="dialog"
              style={{ border: '1px solid var(--mantine-color-default-border)', borderRadius: 8, padding: '4px 10px' }}
            >
              <Group gap="xs">
                <IconSearch size={14} />
                <Text size="sm">Go to …</Text>
                <Kbd size="xs">Ctrl K</Kbd>
              </Group>
            </UnstyledButton>
            <Tooltip label={dark ? 'Light' : 'Dark'}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label="Switch colour scheme"
                onClick={() => setColorScheme(dark ? 'light' : 'dark')}
              >
                {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
              </ActionIcon>
            </Tooltip>
            <Menu position="bottom-end">
              <Menu.Target>
                <UnstyledButton aria-label={`Account of ${me.data?.firstName ?? '…'}`}>
                  <Text size="sm" fw={500}>
                    {me.data?.firstName ?? '…'}
                  </Text>
                </UnstyledButton>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{me.data?.email}</Menu.Label>
                <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
                  Sign out
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {pages.map(({ to, label, icon: Icon, key }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={to === '/' ? path === '/' : path.startsWith(to)}
            leftSection={<Icon size={18} stroke={1.6} />}
            rightSection={
              <Box visibleFrom="sm">
                <Text size="xs" c="dimmed" className="mono">
                  g {key}
                </Text>
              </Box>
            }
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
      <Spotlight
        actions={pages.map(({ to, label, icon: Icon }) => ({
          id: to,
          label,
          leftSection: <Icon size={18} />,
          onClick: () => void navigate({ to }),
        }))}
        nothingFound="No such page"
        searchProps={{ placeholder: 'Go to …', 'aria-label': 'Go to' }}
        shortcut={null}
      />
    </AppShell>
  );
};
