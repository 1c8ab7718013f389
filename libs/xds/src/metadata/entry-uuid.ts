/** An entryUUID as a registry assigns it (ITI TF-3 §4.2.3.2.7). */
export const ENTRY_UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Stands for the entryUUID of a replaced entry in metadata frozen before it is known: the DMP gives an entry another one
 * at each update of its metadata (interop §6.1), so it is only looked up just before a send. See `withReplacedEntry`.
 */
export const REPLACED_ENTRY = 'ReplacedEntry';
