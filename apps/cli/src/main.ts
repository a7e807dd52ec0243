#!/usr/bin/env node
/** The process `cartwright`. */
import { runCommandLine } from './run-command-line.ts';
import { processIo } from './io.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), processIo());
