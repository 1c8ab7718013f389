/** What a key asks for. */
export type KeyCommand =
  | { readonly do: 'scroll'; readonly by: number }
  | { readonly do: 'end'; readonly at: 'first' | 'last' }
  | { readonly do: 'zoom'; readonly factor: number }
  | { readonly do: 'pan'; readonly x: number; readonly y: number }
  | { readonly do: 'window'; readonly center: number; readonly width: number }
  | { readonly do: 'invert' | 'rotate' | 'reset' | 'cine' | 'annotations' | 'help' };

const PAN = 20;

/** The command of a key pressed on a view; undefined leaves the key to the browser. */
export function commandOf({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>): KeyCommand | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (shiftKey && key.startsWith('Arrow')) return moved(key);
  switch (key) {
    case 'ArrowUp':
    case 'ArrowLeft':
      return { do: 'scroll', by: -1 };
    case 'ArrowDown':
    case 'ArrowRight':
      return { do: 'scroll', by: 1 };
    case 'PageUp':
      return { do: 'scroll', by: -10 };
    case 'PageDown':
      return { do: 'scroll', by: 10 };
    case 'Home':
      return { do: 'end', at: 'first' };
    case 'End':
      return { do: 'end', at: 'last' };
    case '+':
    case '=':
      return { do: 'zoom', factor: 1.2 };
    case '-':
      return { do: 'zoom', factor: 1 / 1.2 };
    case 'w':
      return { do: 'window', center: 0, width: 1 };
    case 'W':
      return { do: 'window', center: 0, width: -1 };
    case 'l':
      return { do: 'window', center: 1, width: 0 };
    case 'L':
      return { do: 'window', center: -1, width: 0 };
    case 'i':
      return { do: 'invert' };
    case 'r':
      return { do: 'rotate' };
    case '0':
      return { do: 'reset' };
    case 'c':
      return { do: 'cine' };
    case 'a':
      return { do: 'annotations' };
    case '?':
      return { do: 'help' };
    default:
      return undefined;
  }
}

function moved(key: string): KeyCommand | undefined {
  switch (key) {
    case 'ArrowUp':
      return { do: 'pan', x: 0, y: -PAN };
    case 'ArrowDown':
      return { do: 'pan', x: 0, y: PAN };
    case 'ArrowLeft':
      return { do: 'pan', x: -PAN, y: 0 };
    default:
      return { do: 'pan', x: PAN, y: 0 };
  }
}
