import { main } from './why.js';

process.exitCode = await main(process.argv.slice(2));
