import { Injectable } from '@nestjs/common';
import { type Converted, Converter } from './converter.js';

/** Gives what is stored, as it is stored. */
@Injectable()
export class NoConverter extends Converter {
  canConvert(): boolean {
    return false;
  }

  async convert(): Promise<Converted> {
    return { ok: false, reason: 'no conversion' };
  }
}
