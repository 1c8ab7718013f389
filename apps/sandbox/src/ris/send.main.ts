import { main } from './send.js';

process.exitCode = await main(process.argv.slice(2));
