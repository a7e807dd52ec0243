/** One-time set-up page of a shop without an administrator. */
import { Alert, Anchor, Button, Center, Group, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useWindowEvent } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Logo } from '../components/logo.tsx';
import { explainShortly, markFields, queryClient } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const minPasswordLength = 15;

/** The set-up token in the URL. It is in the fragment, which is never sent to a server or proxy. */
const tokenInUrl = (): string => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';

const Frame = ({ children }: { children: ReactNode }) => (
  <Center mih="100dvh" p="md" component="main">
    <Paper withBorder p="xl" w="100%" maw={440} shadow="sm">
      <Stack>
        <Group gap="sm" wrap="nowrap">
          <Logo size={32} />
          <Title order={1} size="h4">
            Set up this shop
          </Title>
        </Group>
        {children}
      </Stack>
    </Paper>
  </Center>
);

const SetUpForm = () => {
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { token: tokenInUrl(), email: '', firstName: '', lastName: '', password: '' },
    validate: {
      password: (value) => (value.length < minPasswordLength ? `Use ${minPasswordLength} characters or more.` : null),
    },
  });
  // Opening the URL from the log while this page is shown changes only the fragment.
  useWindowEvent('hashchange', () => form.setFieldValue('token', tokenInUrl()));
  const create = useMutation({
    mutationFn: async (owner: typeof form.values) => {
      await shop.auth.createOwner({ ...owner, token: owner.token.trim() });
      await shop.signIn({ email: owner.email, password: owner.password });
    },
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: '/', replace: true });
    },
    onError: (error) => markFields(form, error),
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        <Text size="sm">
          This shop has no administrator yet. The account that you create here becomes its owner. The set-up token is in the latest log of
          the API.
        </Text>
        {create.error && (
          <Alert color="red" role="alert">
            {explainShortly(create.error)}
          </Alert>
        )}
        <TextInput label="Set-up token" autoComplete="off" required {...form.getInputProps('token')} />
        <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <TextInput label="First name" autoComplete="given-name" required {...form.getInputProps('firstName')} />
        <TextInput label="Last name" autoComplete="family-name" {...form.getInputProps('lastName')} />
        <PasswordInput
          label="Password"
          description={`${minPasswordLength} characters or more, such as a few unrelated words`}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={create.isPending}>
          Create the owner's account
        </Button>
      </Stack>
    </form>
  );
};

export const SetUpPage = () => {
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => shop.auth.setup() });
  if (setup.isPending)
    return (
      <Frame>
        <Loader aria-label="Loading" />
      </Frame>
    );
  if (setup.data?.open)
    return (
      <Frame>
        <SetUpForm />
      </Frame>
    );
  return (
    <Frame>
      <Text>{setup.data ? 'This shop has an administrator already.' : explainShortly(setup.error)}</Text>
      <Anchor component={Link} to="/sign-in">
        Sign in
      </Anchor>
    </Frame>
  );
};
