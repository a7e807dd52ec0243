/** Sign-in page. */
import { Alert, Anchor, Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Logo } from '../components/logo.tsx';
import { explainShortly, queryClient } from '../lib/queries.ts';
import { Refused } from '../lib/refused.ts';
import { shop } from '../lib/shop.ts';

export const SignInPage = () => {
  const navigate = useNavigate();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: async (credentials: typeof form.values) => {
      const user = await shop.signIn(credentials);
      if (user.role === 'customer') {
        await shop.signOut();
        throw new Refused('This account belongs to a customer. The admin is for staff.');
      }
    },
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: '/' });
    },
  });
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => shop.auth.setup() });
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={380} shadow="sm">
        <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
          <Stack>
            <Group gap="sm">
              <Logo size={32} />
              <div>
                <Title order={1} size="h4">
                  Cartwright Admin
                </Title>
                <Text size="sm" c="dimmed">
                  Sign in with your staff account
                </Text>
              </div>
            </Group>
            {setup.data?.open && (
              <Alert color="blue" role="status">
                This shop has no administrator yet.{' '}
                <Anchor component={Link} to="/setup" size="sm">
                  Set up this shop
                </Anchor>{' '}
                with the token from the log of the API.
              </Alert>
            )}
            {signIn.error && (
              <Alert color="red" role="alert">
                {explainShortly(signIn.error)}
              </Alert>
            )}
            <TextInput label="E-mail" type="email" autoComplete="username" required autoFocus {...form.getInputProps('email')} />
            <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
            <Button type="submit" loading={signIn.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
};
