import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { Settings } from '../config/settings.js';
import { Sealer } from './sealer.js';

/** The key of the sessions, from its file or made at the start. */
@Injectable()
export class SessionKey {
  readonly sealer: Sealer;

  /** @throws RangeError when the file holds no key: the service does not start. */
  constructor(@Inject(CONFIG) { sessionKeyFile }: Settings) {
    if (sessionKeyFile === undefined) {
      this.sealer = new Sealer();
      return;
    }
    const text = readFileSync(sessionKeyFile, 'utf8').trim();
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new RangeError('the session key is not 32 bytes in hexadecimal');
    this.sealer = new Sealer(Buffer.from(text, 'hex'));
  }
}
