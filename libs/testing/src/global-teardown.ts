import { closeTestRun } from './global-setup.js';

/** jest `globalTeardown`: stops the shared test servers and deletes their folder. */
export default closeTestRun;
