/** Settings of the HTTP edge. With `loadConfig` of the core, the only readers of the environment. */
import { loadConfigWith, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

const origin = z
  .string()
  .refine((s) => URL.canParse(s) && new URL(s).origin === s, 'must be a list of origins such as https://shop.example.com');
/** The variables of the HTTP edge: what each means, takes and defaults to. */
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
    .number({ error: 'must be the number of proxies in front' })
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('how many proxies in front are believed about the address of the caller'),
  RATE_LIMIT_FACTOR: z.coerce
    .number({ error: 'must be a number' })
    .min(0.01, 'must be at least 0.01')
    .max(1_000_000)
    .default(1)
    .describe('what the rate limits are multiplied by'),
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
  /** Origins that browsers may call from, beside the shop's own. Compared letter by letter. */
  readonly corsOrigins: readonly string[];
  /** Proxies in front of the API whose X-Forwarded-For is believed. */
  readonly trustProxy: number;
  /** What the rate limits are multiplied by; 1 unless told. For load tests, and for shops behind one address. */
  readonly rateLimitFactor?: number;
  /** How often the sessions of open feeds and files are checked, in milliseconds; 10,000 unless told. */
  readonly feedCheckMs?: number;
  /** Whether the API migrates the database at its start. */
  readonly migrateOnStart?: boolean;
  /** Bearer token for `/metrics`; without one only this machine may read it. */
  readonly metricsToken: string | null;
}

/** Reads core and edge settings together, so that one error names every bad variable of both. */
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
