/** The former name of `generate.ts`. */
import './generate.ts';
