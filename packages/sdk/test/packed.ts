/** The packages as their users get them: packed, and installed into a folder that knows nothing of this repository. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

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

export interface Installed {
  /** Where the consumer's program is. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<'sdk' | 'contracts', string>>;
  /** Folder of an installed package. */
  of(name: 'sdk' | 'contracts'): string;
  /** Compiles files of the folder into `out`; answers the compiler's complaints, and how long it took. */
  compile(compiler: Compiler, resolution: Resolution, files: readonly string[]): Promise<{ complaints: string; ms: number }>;
  /** What are-the-types-wrong has to say of a tarball; empty when nothing. */
  typesAreWrong(name: 'sdk' | 'contracts'): Promise<string>;
  remove(): Promise<void>;
}

/** Nothing of Node and nothing newer than what browsers have, but for one library that tRPC's own types ask for. */
const compilerOptions = (resolution: Resolution, out: string) => ({
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
  types: [],
  module: resolutions[resolution],
  moduleResolution: resolution,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  rootDir: '.',
  outDir: out,
});

const output = (error: unknown): string => {
  if (error instanceof Error && 'stdout' in error) return String(error.stdout);
  throw error;
};

const compile = async (folder: string, compiler: Compiler, resolution: Resolution, files: readonly string[]) => {
  const name = `${compiler}-${resolution}`;
  const project = path.join(folder, `tsconfig.${name}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions: compilerOptions(resolution, `out/${name}`), files }));
  const start = performance.now();
  const tsc = path.join(path.dirname(compilers[compiler]), 'bin/tsc');
  const complaints = await run(process.execPath, [tsc, '-p', project], { cwd: folder }).then(({ stdout }) => stdout, output);
  return { complaints, ms: performance.now() - start };
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
    compile: (compiler, resolution, files) => compile(folder, compiler, resolution, files),
    typesAreWrong: (name) => typesAreWrong(tarballs[name]),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};
