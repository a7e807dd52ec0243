import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let root: string;

/** Creates a repository of two files, and an npm that records its calls and installs only Node. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cartwright-bootstrap-'));
  for (const dir of ['scripts', 'apps', 'packages', 'bin', 'node_modules']) mkdirSync(path.join(root, dir));
  copyFileSync(path.join(import.meta.dirname, 'bootstrap.mjs'), path.join(root, 'scripts/bootstrap.mjs'));
  writeFileSync(path.join(root, 'package.json'), '{ "packageManager": "pnpm@1.2.3" }');
  npm(`echo "$@" >> ${root}/calls; mkdir -p ${root}/node_modules/.bin; ln -sf ${process.execPath} ${root}/node_modules/.bin/node`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const npm = (body: string): void => writeFileSync(path.join(root, 'bin/npm'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
const script = (body: string): void => writeFileSync(path.join(root, 'scripts/task.mjs'), body);
const bootstrap = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [path.join(root, 'scripts/bootstrap.mjs'), 'scripts/task.mjs', ...args], {
    env: { PATH: `${root}/bin:/usr/bin:/bin`, npm_config_something: 'of npm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const finish = async (child: ChildProcess): Promise<{ code: number | null; output: string }> => {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
};

describe('scripts/bootstrap.mjs', () => {
  it('bootstrap.mjs installs once, and again when a manifest changes', async () => {
    script('console.log("ran", process.argv[2], process.env.npm_config_something)');
    const first = await finish(bootstrap('one'));
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('ran one undefined');
    await finish(bootstrap('two'));
    const calls = (): string[] => readFileSync(path.join(root, 'calls'), 'utf8').trim().split('\n');
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toContain('--package=pnpm@1.2.3 -- pnpm install --frozen-lockfile');
    writeFileSync(path.join(root, 'pnpm-lock.yaml'), 'changed');
    await finish(bootstrap('three'));
    expect(calls()).toHaveLength(2);
  });

  it('bootstrap.mjs exits with the exit code of the script', async () => {
    script('process.exit(42)');
    expect((await finish(bootstrap())).code).toBe(42);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('bootstrap.mjs passes %s to the script and waits for its end', async (signal) => {
    script(`process.once('${signal}', () => { console.log('tidied up'); process.exit(7); });
      setInterval(() => undefined, 1000); console.log('ready');`);
    const child = bootstrap();
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (chunk.toString().includes('ready')) child.kill(signal);
    });
    expect((await finish(child)).code).toBe(7);
    expect(seen).toContain('tidied up');
  });

  it('bootstrap.mjs reports a failed installation and tries again at the next run', async () => {
    script('console.log("ran")');
    npm('exit 3');
    const failed = await finish(bootstrap());
    expect(failed.code).toBe(3);
    expect(failed.output).toContain('The installation failed.');
    expect(failed.output).not.toContain('ran');
    npm(`mkdir -p ${root}/node_modules/.bin; ln -sf ${process.execPath} ${root}/node_modules/.bin/node`);
    expect((await finish(bootstrap())).output).toContain('ran');
  });

  it('package scripts call bootstrap.mjs only with files that exist', () => {
    const repository = path.resolve(import.meta.dirname, '..');
    const { scripts } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const files = Object.values(scripts).flatMap((line) => /bootstrap\.mjs (\S+)/.exec(line)?.[1] ?? []);
    expect(files).toEqual(
      expect.arrayContaining(['scripts/start.ts', 'scripts/test-all.ts', 'scripts/test-long.ts', 'scripts/cartwright.ts']),
    );
    for (const file of files) expect(readFileSync(path.join(repository, file), 'utf8')).not.toBe('');
  });
});
