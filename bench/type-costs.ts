/**
 * `node bench/type-costs.ts`: measures what the SDK costs its users, in compiler time for a program and bytes in a browser.
 * `of empty` is the time as a multiple of that for an empty program with the same compiler.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { compilers, installPacked, type Compiled, type Compiler } from '../packages/sdk/test/packed.ts';

const rounds = 3;
const installed = await installPacked();

/** Returns the run with the median duration. */
const measure = async (compiler: Compiler, file: string, trusting: boolean): Promise<Compiled> => {
  const runs: Compiled[] = [];
  for (let i = 0; i < rounds; i += 1) runs.push(await installed.compile(compiler, 'bundler', [file], trusting));
  const middle = runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(rounds / 2)];
  if (!middle || middle.complaints) throw new Error(`${file} does not compile under TypeScript ${compiler}:\n${middle?.complaints}`);
  return middle;
};

try {
  const program = path.join(import.meta.dirname, '../packages/sdk/test/consumer/buyer.ts');
  await copyFile(program, path.join(installed.folder, 'buyer.ts'));
  await writeFile(path.join(installed.folder, 'empty.ts'), 'export {};\n');
  const rows = [];
  for (const compiler of Object.keys(compilers) as Compiler[])
    for (const trusting of [true, false]) {
      const empty = await measure(compiler, 'empty.ts', trusting);
      const { ms, checkMs, instantiations, memoryMiB } = await measure(compiler, 'buyer.ts', trusting);
      rows.push({
        compiler,
        skipLibCheck: trusting,
        'check ms': Math.round(checkMs),
        'total ms': Math.round(ms),
        'of empty': (ms / empty.ms).toFixed(2),
        instantiations,
        'memory MiB': Math.round(memoryMiB),
      });
    }
  console.table(rows);
  const { code } = await installed.bundle('esm');
  console.log(`SDK in a browser: ${code.length} bytes minified, ${gzipSync(code).length} gzipped; no schema library.`);
} finally {
  await installed.remove();
}
