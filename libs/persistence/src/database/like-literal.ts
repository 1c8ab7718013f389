/** Text for a `like` pattern that stands for itself: `like` takes these three as signs of its own. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
