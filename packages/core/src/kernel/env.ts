/** Reads settings from the environment, all at once: a start with three bad variables names all three. */
import { z } from 'zod';

/** Every missing or invalid variable, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Parses variables by a schema; blank ones count as missing. Throws `ConfigError` naming every bad one. */
export const readEnv = <S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.output<S> => {
  const filled = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined && v.trim() !== ''));
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(
      ({ path, code, message }) =>
        `${path.join('.') || 'environment'}: ${code === 'invalid_type' && filled[String(path[0])] === undefined ? 'is required' : message}`,
    ),
  );
};

/** A whole number with its bounds and default. */
export const whole = (min: number, max: number, fallback: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(fallback);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (s) => URL.canParse(s) && protocols.includes(new URL(s).protocol),
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
const weak = /^(secret|changeme|password|test|dev|default|cartwright|example)/i;

/** The variables of the shop itself: meaning, accepted values and defaults. */
export const coreEnv = z
  .object({
    CARTWRIGHT_ENV: z
      .enum(['development', 'test', 'production'], { error: 'must be development, test or production' })
      .default('development')
      .describe('`production` refuses weak secrets, sandbox payments, plain http and failpoints'),
    CARTWRIGHT_SECRET: z
      .string()
      .min(32, 'must have at least 32 characters')
      .describe(
        'encryption key for personal data and signing keys. Keep a copy: without it that data cannot be read, and ' +
          'a database refuses every other secret',
      ),
    DATABASE_URL: url('postgres:', 'postgresql:').describe('address of a PostgreSQL 15 or newer'),
    DATABASE_POOL_SIZE: whole(2, 200, 20).describe('maximum number of database connections of one process'),
    DATABASE_WAIT_SECONDS: whole(1, 25, 3).describe(
      'how long a call waits for a row that another call has locked before it gets `SERVICE_UNAVAILABLE`, in seconds; ' +
        'for a connection it waits 2 seconds longer',
    ),
    REDIS_URL: url('redis:', 'rediss:')
      .optional()
      .describe('moves queues, cached reads and rate limits to Redis; without it they are in PostgreSQL and in the process'),
    REDIS_PREFIX: z
      .string()
      .regex(/^[\w-]{1,60}$/, 'must be letters, digits, _ and -')
      .default('cw')
      .describe('prefix of all names in Redis; shops that share a Redis need one each'),
    PUBLIC_URL: url('http:', 'https:')
      .default('http://127.0.0.1:4000')
      .describe('public address of the shop, used in links, tokens and the OpenAPI document'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info')
      .describe('lowest level that is logged'),
    ACCESS_TOKEN_MINUTES: whole(1, 60, 15).describe('how long an access token is valid, in minutes'),
    REFRESH_TOKEN_DAYS: whole(1, 90, 7).describe('a session ends after this time without use, in days; it ends after 30 days in any case'),
    CART_HOLD_MINUTES: whole(1, 24 * 60, 15).describe('how long a cart holds its units after its last change, in minutes'),
    CART_HOLD_MAX_MINUTES: whole(1, 7 * 24 * 60, 60).describe(
      'the longest time a cart holds a unit, however often the cart is changed, in minutes',
    ),
    CART_ABANDONED_HOURS: whole(1, 24 * 90, 24).describe('a cart is announced as abandoned after this time without a change, in hours'),
    HOLD_LIMIT_CARTS: whole(1, 10_000, 20).describe('maximum number of carts in which one buyer may hold units at the same time'),
    HOLD_LIMIT_UNITS: whole(1, 100_000_000, 50_000).describe('maximum number of units one buyer may hold at the same time'),
    PAYMENT_WINDOW_MINUTES: whole(1, 24 * 60, 30).describe('how long a placed order holds its units without payment, in minutes'),
    PAYMENT_RETRY_MINUTES: whole(1, 24 * 60, 15).describe(
      'how long an order can be paid another way after its first declined payment, in minutes; never beyond its payment window',
    ),
    EDIT_PAYMENT_HOURS: whole(1, 24 * 30, 72).describe(
      'how long an edit that increases the total of an order holds its units and waits for payment, in hours',
    ),
    RETURN_TRANSIT_DAYS: whole(1, 365, 30).describe(
      'how long shipped units of a cancelled order are expected back before they are written off, in days',
    ),
    DECLINES_PER_ORDER: whole(1, 100, 5).describe('number of declined payments of an order after which further attempts are refused'),
    DECLINES_PER_ADDRESS: whole(1, 1_000_000, 20).describe(
      'number of declined payments from a network address within an hour after which further attempts are refused',
    ),
    CODE_GUESSES_LIMIT: whole(1, 1_000_000, 10).describe(
      'number of wrong promo and gift card codes from a customer or a network address within ten minutes ' +
        'after which further attempts are refused',
    ),
    GATEWAY_TIMEOUT_MS: whole(100, 60_000, 10_000).describe('how long the shop waits for an answer of a payment provider, in milliseconds'),
    STRIPE_SECRET_KEY: z
      .string()
      .min(8, 'must have at least 8 characters')
      .optional()
      .describe('secret key of the Stripe account; requires `STRIPE_WEBHOOK_SECRET`'),
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .startsWith('whsec_', 'must start with whsec_')
      .optional()
      .describe('secret with which Stripe signs its webhooks'),
    STRIPE_API_URL: url('http:', 'https:')
      .optional()
      .describe('another address for the Stripe API, such as a fake for tests; in production with a test key only'),
    SANDBOX_PAYMENTS: z
      .enum(['on', 'off'], { error: 'must be on or off' })
      .optional()
      .describe('the built-in sandbox payment provider, which takes no real money; on by default except in production'),
    IMAGE_HOSTS: z
      .string()
      .default('')
      .describe(
        'hosts that may serve product images, separated by commas, `*.example.com` for all subdomains; empty allows any public host',
      ),
    SMTP_URL: url('smtp:', 'smtps:')
      .optional()
      .describe('mail server that sends the mails; without it they stay in the mailbox of the admin'),
    MAIL_FROM: z.string().default('Cartwright <shop@cartwright.example>').describe('sender of the mails'),
    METRICS_TOKEN: z
      .string()
      .min(16, 'must have at least 16 characters')
      .optional()
      .describe('bearer token for `/metrics` of API and worker; without one only this machine can read them'),
    FAILPOINTS: z.string().default('').describe('places where a test makes the process stop or fail'),
  })
  .superRefine((env, ctx) => {
    const bad = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    if ((env.STRIPE_SECRET_KEY === undefined) !== (env.STRIPE_WEBHOOK_SECRET === undefined))
      bad('STRIPE_WEBHOOK_SECRET', 'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are set together or not at all');
    if (env.CART_HOLD_MAX_MINUTES < env.CART_HOLD_MINUTES) bad('CART_HOLD_MAX_MINUTES', 'must be at least CART_HOLD_MINUTES');
    if (env.CARTWRIGHT_ENV !== 'production') return;
    if (weak.test(env.CARTWRIGHT_SECRET) || new Set(env.CARTWRIGHT_SECRET).size < 12)
      bad('CARTWRIGHT_SECRET', 'is too easy to guess for production; use 32 random bytes, such as `openssl rand -base64 32`');
    if (env.FAILPOINTS) bad('FAILPOINTS', 'must be empty in production');
    if (env.STRIPE_API_URL && !/^(sk|rk)_test_/.test(env.STRIPE_SECRET_KEY ?? ''))
      bad('STRIPE_API_URL', 'sends the key to another server than Stripe; in production it goes with a test key (sk_test_) only');
    if (!env.PUBLIC_URL.startsWith('https:')) bad('PUBLIC_URL', 'must start with https:// in production');
    if (!env.STRIPE_SECRET_KEY && env.SANDBOX_PAYMENTS !== 'on')
      bad('STRIPE_SECRET_KEY', 'is needed in production (or SANDBOX_PAYMENTS=on for a shop without real payments)');
  });

type CamelCase<T extends string> = T extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<T>;
type Value<T> = undefined extends T ? Exclude<T, undefined> | null : T;

/** Every variable under the name of its setting: `CART_HOLD_MINUTES` is `cartHoldMinutes`. A variable without a value is null. */
export const settingsOf = <S extends z.ZodObject>(
  { shape }: S,
  env: z.output<S>,
): { readonly [K in keyof z.output<S> & string as CamelCase<K>]-?: Value<z.output<S>[K]> } =>
  Object.fromEntries(
    Object.keys(shape).map((name) => [
      name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      (env as Record<string, unknown>)[name] ?? null,
    ]),
  ) as never;

/** The variables under the names of their settings, and those that are converted. */
const toConfig = (env: z.output<typeof coreEnv>) => {
  const { cartwrightEnv, cartwrightSecret, stripeSecretKey, stripeWebhookSecret, stripeApiUrl, ...settings } = settingsOf(coreEnv, env);
  return {
    ...settings,
    environment: cartwrightEnv,
    secret: cartwrightSecret,
    stripe:
      stripeSecretKey && stripeWebhookSecret
        ? { secretKey: stripeSecretKey, webhookSecret: stripeWebhookSecret, apiUrl: stripeApiUrl }
        : null,
    sandboxPayments: settings.sandboxPayments ? settings.sandboxPayments === 'on' : cartwrightEnv !== 'production',
    imageHosts: settings.imageHosts
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter(Boolean),
  };
};

/** Settings of the shop, shared by API, worker and command line. `coreEnv` describes each of them. */
export type CoreConfig = Readonly<ReturnType<typeof toConfig>>;

/** The core's settings from the environment. Throws `ConfigError`. */
export const loadConfig = (env: NodeJS.ProcessEnv = process.env): CoreConfig => toConfig(readEnv(coreEnv, env));

/** The core's settings and a process's own ones, read together: one error names every bad variable of both. Throws `ConfigError`. */
export const loadConfigWith = <S extends z.ZodType>(
  own: S,
  env: NodeJS.ProcessEnv = process.env,
): { config: CoreConfig; own: z.output<S> } => {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): { value: T } | null => {
    try {
      return { value: read() };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const config = attempt(() => loadConfig(env));
  const others = attempt(() => readEnv(own, env));
  if (!config || !others) throw new ConfigError(problems);
  return { config: config.value, own: others.value };
};
