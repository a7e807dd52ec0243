/** `pnpm generate`: writes all files that are generated from the contract. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles, referenceFolder, root } from './generated.files.ts';

const files = generatedFiles();
const folder = path.join(root, referenceFolder);
mkdirSync(folder, { recursive: true });
// Deletes the pages of removed domains.
for (const name of readdirSync(folder)) if (!files.has(`${referenceFolder}/${name}`)) rmSync(path.join(folder, name));
for (const [file, text] of files) writeFileSync(path.join(root, file), text);
