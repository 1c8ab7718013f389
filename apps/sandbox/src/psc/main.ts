import { z } from 'zod';
import { readEnvironment, runUntilSignal } from '../oidc/process.js';
import { startPsc } from './start.js';

const Settings = z.object({
  PSC_ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).optional(),
  PSC_ACR: z.string().min(1).optional(),
});

const { PSC_ACCESS_TOKEN_SECONDS: accessTokenSeconds, PSC_ACR: acr } = Settings.parse(process.env);
const psc = await startPsc({
  ...(await readEnvironment('PSC')),
  ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }),
  ...(acr === undefined ? {} : { acr }),
});
runUntilSignal(psc);
