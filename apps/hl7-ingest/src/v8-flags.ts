import { setFlagsFromString } from 'node:v8';

/**
 * Imported before everything else: it must be set before the classes it concerns are first used.
 *
 * V8 11.3 (Node 20) leaves out the default constructors of derived classes, and then compiles code that makes objects of
 * libxml2-wasm's classes without end: each attempt is thrown away ("dependency change"). Reading the header of one CDA
 * cost 0.8 ms of CPU with it, 0.28 ms without (docs/benches.md). The flag only chooses between two bytecodes of the same meaning;
 * a version of V8 that does not know it ignores it.
 */
setFlagsFromString('--no-omit-default-ctors');
