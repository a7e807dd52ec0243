/** The packages as their users get them: packed, and installed into a folder that knows nothing of this repository. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { rolldown, type OutputChunk } from 'rolldown';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../../..');
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);
const require = createRequire(import.meta.url);

/** Compilers whose users can use the packages. */
export const compilers = {
  '5.9.3': require.resolve('typescript-5.9/package.json'),
  '6.0.3': require.resolve('typescript-6.0/package.json'),
  '7.0.2': path.join(root, 'node_modules/typescript/package.json'),
} as const;
export type Compiler = keyof typeof compilers;
/** `module` and `moduleResolution` as people have them: of a bundler, and of Node itself. */
export const resolutions = { bundler: 'esnext', nodenext: 'nodenext' } as const;
export type Resolution = keyof typeof resolutions;

/** What a compiler said, and what it cost. */
export interface Compiled {
  /** Empty when it had nothing to complain of. */
  readonly complaints: string;
  readonly ms: number;
  /** Of the types alone. */
  readonly checkMs: number;
  readonly instantiations: number;
  readonly memoryMiB: number;
}

export interface Installed {
  /** Where the consumer's program is. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<'sdk' | 'contracts', string>>;
  /** Folder of an installed package. */
  of(name: 'sdk' | 'contracts'): string;
  /** Compiles files of the folder into `out`; `trusting` does not check the declarations of libraries. */
  compile(compiler: Compiler, resolution: Resolution, files: readonly string[], trusting?: boolean): Promise<Compiled>;
  /** The SDK in one file, as a bundler makes it for a page or a worker at the edge. */
  bundle(format: 'esm' | 'iife'): Promise<OutputChunk>;
  /** What are-the-types-wrong has to say of a tarball; empty when nothing. */
  typesAreWrong(name: 'sdk' | 'contracts'): Promise<string>;
  remove(): Promise<void>;
}

/** Strict. Nothing of Node and nothing newer than what browsers have, but for one library that tRPC's own types ask for. */
const compilerOptions = (resolution: Resolution, out: string, trusting: boolean) => ({
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
  types: [],
  module: resolutions[resolution],
  moduleResolution: resolution,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: trusting,
  rootDir: '.',
  outDir: out,
});

const output = (error: unknown): string => {
  if (error instanceof Error && 'stdout' in error) return String(error.stdout);
  throw error;
};

interface Job {
  readonly folder: string;
  readonly compiler: Compiler;
  readonly resolution: Resolution;
  readonly files: readonly string[];
  readonly trusting: boolean;
}

const compile = async ({ folder, compiler, resolution, files, trusting }: Job): Promise<Compiled> => {
  const name = `${compiler}-${resolution}`;
  const project = path.join(folder, `tsconfig.${name}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions: compilerOptions(resolution, `out/${name}`, trusting), files }));
  const start = performance.now();
  const tsc = path.join(path.dirname(compilers[compiler]), 'bin/tsc');
  const said = await run(process.execPath, [tsc, '-p', project, '--extendedDiagnostics'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    output,
  );
  const ms = performance.now() - start;
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(said)?.[1] ?? Number.NaN);
  return {
    complaints: said.split(/^Files:\s/m)[0] ?? '',
    ms,
    checkMs: figure('Check time') * 1_000,
    instantiations: figure('Instantiations'),
    memoryMiB: figure('Memory used') / 1_024,
  };
};

const bundle = async (folder: string, format: 'esm' | 'iife'): Promise<OutputChunk> => {
  const entry = path.join(folder, 'bundle.js');
  await writeFile(entry, `export * from '@cartwright/sdk';\n`);
  const made = await rolldown({ input: entry, cwd: folder, platform: 'browser', logLevel: 'silent' });
  const { output } = await made.generate({ format, name: 'sdk', minify: true });
  await made.close();
  if (output.length > 1) throw new Error('The bundle is more than one file');
  return output[0];
};

const typesAreWrong = async (tarball: string): Promise<string> => {
  const attw = path.join(import.meta.dirname, '../node_modules/.bin/attw');
  const args = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
  return run(attw, args).then(() => '', output);
};

/** Builds what is not up to date, packs both packages and installs them by npm. */
export const installPacked = async (): Promise<Installed> => {
  await run(bin('turbo'), ['run', 'build', '--filter=@cartwright/sdk', '--output-logs=errors-only'], { cwd: root });
  const dir = await mkdtemp(path.join(tmpdir(), 'cartwright-consumer-'));
  const folder = path.join(dir, 'app');
  await mkdir(folder);
  for (const name of ['contracts', 'sdk'])
    await run(bin('pnpm'), ['pack', '--pack-destination', dir], { cwd: path.join(root, 'packages', name) });
  const packed = (await readdir(dir)).filter((file) => file.endsWith('.tgz'));
  const tarball = (name: string): string => path.join(dir, packed.find((file) => file.startsWith(`cartwright-${name}-`)) ?? name);
  const tarballs = { sdk: tarball('sdk'), contracts: tarball('contracts') };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarballs.contracts, tarballs.sdk], { cwd: folder });
  return {
    folder,
    tarballs,
    of: (name) => path.join(folder, 'node_modules/@cartwright', name),
    compile: (compiler, resolution, files, trusting = false) => compile({ folder, compiler, resolution, files, trusting }),
    bundle: (format) => bundle(folder, format),
    typesAreWrong: (name) => typesAreWrong(tarballs[name]),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};
