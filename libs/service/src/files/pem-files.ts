import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `.pem` files of a folder, whole paths in the order of their names; none when there is no such folder. */
export function pemFilesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.pem'))
      .toSorted()
      .map((file) => join(directory, file));
  } catch {
    return [];
  }
}

/** Empty when it cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
