import type { TestIdentity } from './shape.js';

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>body{font:16px system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}button{display:block;width:100%;margin:.4rem 0;padding:.6rem;text-align:left;font:inherit}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>Bac à sable : identités de test seulement.</p>
${body}
</body>
</html>
`;

/** One button by test identity; works without script. A plain client posts `login=<name>` to the same address. */
export const loginPage = (title: string, action: string, identities: readonly TestIdentity[]): string => {
  const buttons = identities
    .map(({ login, label }) => `<button name="login" value="${escape(login)}">${escape(label)}</button>`)
    .join('\n');
  return page(
    title,
    `<form method="post" action="${escape(action)}">
${buttons}
<button name="cancel" value="1">Annuler</button>
</form>`,
  );
};

export const messagePage = (title: string, message: string): string => page(title, `<p>${escape(message)}</p>`);
