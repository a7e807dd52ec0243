/** The frame of every page: navigation, command palette, colour scheme, account menu. */
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
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconLogout, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useLiveUpdates } from '../lib/live-updates.ts';
import { usePages } from '../lib/pages.ts';
import { queryClient } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { Logo } from './logo.tsx';
import { Palette } from './palette.tsx';
import { Shortcuts } from './shortcuts.tsx';

const PaletteButton = () => (
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
);

const ColorSchemeButton = () => {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
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
  );
};

const AccountMenu = () => {
  const navigate = useNavigate();
  const me = useQuery({ queryKey: ['me'], queryFn: () => shop.auth.me(), staleTime: 60_000 });
  useEffect(() => {
    if (me.error && 'status' in me.error && me.error.status === 401) void navigate({ to: '/sign-in' });
  }, [me.error, navigate]);
  const signOut = async () => {
    await shop.signOut();
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
  const name = me.data?.firstName ?? '…';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${name}`}>
          <Text size="sm" fw={500}>
            {name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.data?.email}</Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

/** Moves the focus to the content when the page changes, as a browser does when it loads a page. */
const useFocusOnNavigation = (path: string) => {
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  return main;
};

export const Shell = () => {
  const [open, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (s) => s.location.pathname.replace(/^\/admin/, '') || '/' });
  const main = useFocusOnNavigation(path);
  useEffect(close, [path, close]);
  useLiveUpdates();
  const pages = usePages();
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 308, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="md">
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" aria-expanded={open} />
            <Logo />
            <Text fw={650} visibleFrom="xs">
              Cartwright
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <PaletteButton />
            <ColorSchemeButton />
            <AccountMenu />
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
              <Box visibleFrom="sm" aria-hidden>
                <Text size="xs" c="dimmed" className="mono">
                  g {key}
                </Text>
              </Box>
            }
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} ref={main}>
        <Outlet />
      </AppShell.Main>
      <Palette />
      <Shortcuts />
    </AppShell>
  );
};
