/** Providers around the routes. */
import { createTheme, Drawer, MantineProvider, Modal, type CSSVariablesResolver } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient } from './lib/queries.ts';
import { useFocusTrail } from './lib/use-focus-trail.ts';
import { router } from './router.tsx';

/** A close button with an icon only needs a name for screen readers. */
const closeButtonProps = { 'aria-label': 'Close' };
const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'md',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { closeButtonProps } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps } }),
  },
});

/** The hover colour of the theme's darkest shade is too light for white text. This one is darker. */
const darkerOnHover = { '--mantine-color-cyan-filled-hover': '#095c6b' };
const variables: CSSVariablesResolver = () => ({ variables: {}, light: darkerOnHover, dark: darkerOnHover });

export const App = () => {
  useFocusTrail();
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Notifications position="bottom-right" />
        <ModalsProvider>
          <RouterProvider router={router} />
        </ModalsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
};
