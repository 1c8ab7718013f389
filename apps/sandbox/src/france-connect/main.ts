import { z } from 'zod';
import { readEnvironment, runUntilSignal } from '../oidc/process.js';
import { startFranceConnect } from './start.js';

const { FC_KEY_MANAGEMENT: keyManagement } = z
  .object({ FC_KEY_MANAGEMENT: z.enum(['RSA-OAEP-256', 'ECDH-ES']).default('RSA-OAEP-256') })
  .parse(process.env);
runUntilSignal(await startFranceConnect({ ...(await readEnvironment('FC')), keyManagement }));
