/** Settings of the HTTP layer. Only this module and `loadConfig` of the core read the environment. */
import { loadConfigWith, settingsOf, whole, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

const origin = z
  .string()
  .refine((s) => URL.canParse(s) && new URL(s).origin === s, 'must be a list of origins such as https://shop.example.com');
/** Environment variables of the HTTP layer: meaning, values and defaults. */
export const httpEnv = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address that the API listens on'),
  PORT: whole(0, 65_535, 4000).describe('the port that the API listens on; 0 takes a free one'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((s) =>
      s
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(origin))
    .describe('origins that browsers may call from, separated by commas'),
  TRUST_PROXY: z.coerce
    .number({ error: 'must be the number of proxies in front of the API' })
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(10, 'must be at most 10')
    .default(0)
    .describe('number of trusted proxies in front of the API, which report the address of the caller'),
  RATE_LIMIT_FACTOR: z.coerce
    .number({ error: 'must be a number' })
    .min(0.01, 'must be at least 0.01')
    .max(1_000_000, 'must be at most 1000000')
    .default(1)
    .describe('factor for all rate limits'),
  FEED_CHECK_SECONDS: whole(1, 30, 10).describe(
    'how often the session and the scopes behind an open live feed or file download are checked, in seconds',
  ),
  MIGRATE_ON_START: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .describe(
      '`on` migrates the database when the API starts; `off` answers 503 until the operator has run `npm run cartwright -- migrate up`',
    ),
});

const toSettings = (own: z.output<typeof httpEnv>, { metricsToken }: CoreConfig) => {
  const { feedCheckSeconds, migrateOnStart, ...others } = settingsOf(httpEnv, own);
  return { ...others, metricsToken, feedCheckMs: feedCheckSeconds * 1_000, migrateOnStart: migrateOnStart === 'on' };
};
type Settings = Readonly<ReturnType<typeof toSettings>>;

/** Settings of the HTTP layer; `httpEnv` describes each of them. Those that are not given have their defaults. */
export type HttpSettings = Pick<Settings, 'host' | 'port' | 'corsOrigins' | 'trustProxy' | 'metricsToken'> & Partial<Settings>;

/** Reads the settings of the core and the HTTP layer together, so that one error names every invalid variable. */
export const loadSettings = (env: NodeJS.ProcessEnv = process.env): { config: CoreConfig; http: HttpSettings } => {
  const { config, own } = loadConfigWith(httpEnv, env);
  return { config, http: toSettings(own, config) };
};
