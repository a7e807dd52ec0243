import { ConfigError, coreEnv } from '@cartwright/core/kernel';
import { describe, expect, it } from 'vitest';
import { httpEnv, loadSettings } from './settings.ts';

const required = { CARTWRIGHT_SECRET: 'k3J9xQ7vLm2Rt8Wz5Nb1Yc6Hd4Fg0SpA', DATABASE_URL: 'postgresql://shop@127.0.0.1/shop' };
const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the settings', () => {
  it('the settings need a secret and a database, and have a default for everything else', () => {
    expect(problemsOf({ ...required, PORT: 'eighty' })).toEqual(['PORT: must be a number']);
    expect(problemsOf({})).toEqual([expect.stringContaining('CARTWRIGHT_SECRET'), expect.stringContaining('DATABASE_URL')]);
    expect(loadSettings(required).http).toEqual({
      host: '127.0.0.1',
      port: 4_000,
      corsOrigins: [],
      trustProxy: 0,
      rateLimitFactor: 1,
      metricsToken: null,
      feedCheckMs: 10_000,
      migrateOnStart: false,
    });
  });

  it('one error names every invalid variable of core and HTTP layer', () => {
    const problems = problemsOf({
      ...required,
      DATABASE_URL: 'mysql://nope',
      PORT: 'eighty',
      CORS_ORIGINS: 'https://a.example, b.example/path',
      METRICS_TOKEN: 'short',
      LOG_LEVEL: 'loud',
    });
    for (const name of ['DATABASE_URL', 'PORT', 'CORS_ORIGINS', 'METRICS_TOKEN', 'LOG_LEVEL'])
      expect(problems.some((line) => line.startsWith(name))).toBe(true);
  });

  it('every setting says in own words what it takes', () => {
    const names = [...Object.keys(coreEnv.shape), ...Object.keys(httpEnv.shape)];
    for (const bad of ['?', '-1', '0.5', '1e12']) {
      const problems = problemsOf(Object.fromEntries(names.map((name) => [name, bad])));
      expect(problems.length).toBeGreaterThan(20);
      expect(problems.filter((problem) => /Invalid|Too |expected/.test(problem))).toEqual([]);
    }
  });

  it('CORS_ORIGINS takes a list of origins', () => {
    expect(loadSettings({ ...required, CORS_ORIGINS: 'https://a.example, https://b.example:8443' }).http.corsOrigins).toEqual([
      'https://a.example',
      'https://b.example:8443',
    ]);
  });

  it('production refuses a weak secret, a PUBLIC_URL without HTTPS and a missing Stripe key', () => {
    const problems = problemsOf({
      ...required,
      CARTWRIGHT_ENV: 'production',
      CARTWRIGHT_SECRET: 'changeme-changeme-changeme-changeme',
      PUBLIC_URL: 'http://shop.example',
    });
    expect(problems.map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['CARTWRIGHT_SECRET', 'PUBLIC_URL', 'STRIPE_SECRET_KEY']),
    );
  });
});
