/** The packages as users get them: packed, and installed into a folder outside this repository. */
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

/** Supported compilers. */
export const compilers = {
  '5.9.3': require.resolve('typescript-5.9/package.json'),
  '6.0.3': require.resolve('typescript-6.0/package.json'),
  '7.0.2': path.join(root, 'node_modules/typescript/package.json'),
} as const;
export type Compiler = keyof typeof compilers;
/** `moduleResolution` and the matching `module`, for a bundler and for Node. */
export const resolutions = { bundler: 'esnext', nodenext: 'nodenext' } as const;
export type Resolution = keyof typeof resolutions;

/** Output and cost of a compiler run. */
export interface Compiled {
  /** Output with errors; empty if there are none. */
  readonly complaints: string;
  readonly ms: number;
  /** Time of type checking alone. */
  readonly checkMs: number;
  readonly instantiations: number;
  readonly memoryMiB: number;
}

export interface Installed {
  /** Folder of the consumer's program. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<'sdk' | 'contracts', string>>;
  /** Folder of an installed package. */
  of(name: 'sdk' | 'contracts'): string;
  /** Compiles files of the folder into `out`; `skipLibCheck` does not check the declarations of libraries. */
  compile(compiler: Compiler, resolution: Resolution, files: readonly string[], skipLibCheck?: boolean): Promise<Compiled>;
  /** The SDK in one file, as a bundler builds it for a page or an edge worker. */
  bundle(format: 'esm' | 'iife'): Promise<OutputChunk>;
  /** Findings of are-the-types-wrong for a tarball; empty if there are none. */
  typesAreWrong(name: 'sdk' | 'contracts'): Promise<string>;
  remove(): Promise<void>;
}

/** Strict, without Node types and with only the libraries of browsers, except one that tRPC's own types need. */
const compilerOptions = (resolution: Resolution, out: string, skipLibCheck: boolean) => ({
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
  types: [],
  module: resolutions[resolution],
  moduleResolution: resolution,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck,
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
  readonly skipLibCheck: boolean;
}

const compile = async ({ folder, compiler, resolution, files, skipLibCheck }: Job): Promise<Compiled> => {
  const name = `${compiler}-${resolution}`;
  const project = path.join(folder, `tsconfig.${name}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions: compilerOptions(resolution, `out/${name}`, skipLibCheck), files }));
  const start = performance.now();
  const tsc = path.join(path.dirname(compilers[compiler]), 'bin/tsc');
  const report = await run(process.execPath, [tsc, '-p', project, '--extendedDiagnostics'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    output,
  );
  const ms = performance.now() - start;
  const metric = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(report)?.[1] ?? Number.NaN);
  return {
    complaints: report.split(/^Files:\s/m)[0] ?? '',
    ms,
    checkMs: metric('Check time') * 1_000,
    instantiations: metric('Instantiations'),
    memoryMiB: metric('Memory used') / 1_024,
  };
};

const bundle = async (folder: string, format: 'esm' | 'iife'): Promise<OutputChunk> => {
  const entry = path.join(folder, 'bundle.js');
  await writeFile(entry, `export * from '@cartwright/sdk';\n`);
  const bundler = await rolldown({ input: entry, cwd: folder, platform: 'browser', logLevel: 'silent' });
  const { output } = await bundler.generate({ format, name: 'sdk', minify: true });
  await bundler.close();
  if (output.length > 1) throw new Error('The bundle is more than one file');
  return output[0];
};

const typesAreWrong = async (tarball: string): Promise<string> => {
  const attw = path.join(import.meta.dirname, '../node_modules/.bin/attw');
  const args = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
  return run(attw, args).then(() => '', output);
};

/** Builds the outdated packages, packs both and installs them with npm. */
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
    compile: (compiler, resolution, files, skipLibCheck = false) => compile({ folder, compiler, resolution, files, skipLibCheck }),
    bundle: (format) => bundle(folder, format),
    typesAreWrong: (name) => typesAreWrong(tarballs[name]),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};
