import { readFileSync } from 'node:fs';
import { IdentityError } from '../identity-error.js';
import { isObject, type JsonObject, textOf } from '../json.js';
import { STUDENT_CATEGORY } from '../identity-constants.js';
import { DEFAULT_PROFESSIONS, type ProfessionRow, type ProfessionTable } from './professions.js';

const MAX_ROWS = 500;
const MAX_CATEGORIES = 20;

/**
 * The site's own table of professions, as JSON: `{"allowed": [{"code", "system", "label"}], "excludedCategories": ["E"]}`. The built-in
 * table without a file. @throws IdentityError when the file is none: the service does not start.
 */
export function readProfessions(file: string | undefined): ProfessionTable {
  if (file === undefined) return DEFAULT_PROFESSIONS;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new IdentityError('invalid-setting', 'the professions file cannot be read as JSON');
  }
  const table = tableOf(json);
  if (!table) throw new IdentityError('invalid-setting', 'the professions file is outside its form');
  return table;
}

function tableOf(json: unknown): ProfessionTable | undefined {
  if (!isObject(json) || !onlyHas(json, ['allowed', 'excludedCategories'])) return undefined;
  const { allowed, excludedCategories = [STUDENT_CATEGORY] } = json;
  const rows = listOf(allowed, MAX_ROWS)?.map(rowOf);
  const categories = listOf(excludedCategories, MAX_CATEGORIES)?.map(textOf);
  if (!rows?.length || !categories) return undefined;
  if (!rows.every((row) => row !== undefined) || !categories.every((one) => one !== undefined)) return undefined;
  return { allowed: rows, excludedCategories: categories };
}

function rowOf(value: unknown): ProfessionRow | undefined {
  if (!isObject(value) || !onlyHas(value, ['code', 'system', 'label'])) return undefined;
  const [code, system] = [textOf(value['code']), textOf(value['system'])];
  const { label = '' } = value;
  if (code === undefined || system === undefined || !/^[0-9]+(\.[0-9]+)+$/.test(system)) return undefined;
  return typeof label === 'string' && code.length <= 20 ? { code, system, label } : undefined;
}

const listOf = (value: unknown, most: number): readonly unknown[] | undefined =>
  Array.isArray(value) && value.length <= most ? (value as unknown[]) : undefined;

/** A key misspelt would silently leave the default in force. */
const onlyHas = (value: JsonObject, names: readonly string[]): boolean =>
  Object.keys(value).every((name) => names.includes(name));
