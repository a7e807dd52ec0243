/** Settings of the HTTP layer. Only this module and `loadConfig` of the core read the environment. */
import { loadConfigWith, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

const origin = z
  .string()
  .refine((s) => URL.canParse(s) && new URL(s).origin === s, 'must be a list of origins such as https://shop.example.com');
/** Environment variables of the HTTP layer: meaning, values and defaults. */
export const httpEnv = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address that the API listens on'),
  PORT: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(0)
    .max(65_535, 'must be at most 65535')
    .default(4000)
    .describe('the port that the API listens on; 0 takes a free one'),
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
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('number of trusted proxies in front of the API, which report the address of the caller'),
  RATE_LIMIT_FACTOR: z.coerce
    .number({ error: 'must be a number' })
    .min(0.01, 'must be at least 0.01')
    .max(1_000_000)
    .default(1)
    .describe('factor for all rate limits'),
  FEED_CHECK_SECONDS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(30, 'must be at most 30')
    .default(10)
    .describe('how often the session and the scopes behind an open live feed or file download are checked, in seconds'),
  MIGRATE_ON_START: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .describe(
      '`on` migrates the database when the API starts; `off` answers 503 until the operator has run `npm run cartwright -- migrate up`',
    ),
});

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Origins that browsers may call from, in addition to the shop's own. Compared exactly. */
  readonly corsOrigins: readonly string[];
  /** Number of proxies in front of the API whose X-Forwarded-For is trusted. */
  readonly trustProxy: number;
  /** Factor for all rate limits; default 1. For load tests, and for shops behind one address. */
  readonly rateLimitFactor?: number;
  /** Interval of the session check of open feeds and downloads, in milliseconds; default 10,000. */
  readonly feedCheckMs?: number;
  /** Whether the API migrates the database when it starts. */
  readonly migrateOnStart?: boolean;
  /** Bearer token for `/metrics`; without one only this machine may read it. */
  readonly metricsToken: string | null;
}

/** Reads the settings of the core and the HTTP layer together, so that one error names every invalid variable. */
export const loadSettings = (env: NodeJS.ProcessEnv = process.env): { config: CoreConfig; http: HttpSettings } => {
  const { config, own: http } = loadConfigWith(httpEnv, env);
  return {
    config,
    http: {
      host: http.HOST,
      port: http.PORT,
      corsOrigins: http.CORS_ORIGINS,
      trustProxy: http.TRUST_PROXY,
      rateLimitFactor: http.RATE_LIMIT_FACTOR,
      feedCheckMs: http.FEED_CHECK_SECONDS * 1_000,
      migrateOnStart: http.MIGRATE_ON_START === 'on',
      metricsToken: config.metricsToken,
    },
  };
};
