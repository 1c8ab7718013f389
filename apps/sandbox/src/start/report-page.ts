import { escape } from '../ris/cda/xml.js';

/** A report that was sent, as its page shows it. */
export interface ShownReport {
  readonly number: number;
  /** Whose exam, and which. */
  readonly patient: string;
  readonly exam: string;
  /** The address that the RIS writes into the report. */
  readonly link: string;
  /** What the DRIMbox answered, and whether the pointer is in the DMP. */
  readonly state: string;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface ReportPage {
  readonly reports: readonly ShownReport[];
  readonly patients: readonly Choice[];
  readonly exams: readonly Choice[];
  /** Who may sign in at the two providers of the sandbox. */
  readonly professionals: readonly string[];
  readonly identities: readonly string[];
  /** The name that a browser must find on this machine. */
  readonly host: string;
  /** Authority of the sandbox's certificates, for whoever wants no warning. */
  readonly caFile: string | undefined;
  /** Why the last one was not sent. */
  readonly failure?: string | undefined;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1rem;color:#161616}
h1{font-size:1.5rem}article{border:1px solid #767676;border-radius:.25rem;padding:0 1rem 1rem;margin:1rem 0}
label{display:block;margin:.5rem 0}select,button{font:inherit;padding:.4rem}code{overflow-wrap:anywhere}
.failure{border-left:.3rem solid #c9191e;padding-left:1rem}`;

const options = (choices: readonly Choice[]): string =>
  choices.map(({ value, label }) => `<option value="${escape(value)}">${escape(label)}</option>`).join('');
const list = (lines: readonly string[]): string =>
  `<ul>${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`;

const article = ({ number, patient, exam, link, state }: ShownReport): string => `<article id="r${number}">
<h2>${escape(exam)}</h2>
<p>Patient : <strong>${escape(patient)}</strong></p>
<p>Compte rendu fictif, identité de test. Absence d'anomalie décelée.</p>
<p><a href="${escape(link)}" target="_blank" rel="noopener noreferrer">Voir les images de l'examen</a></p>
<p><small>${escape(state)}</small></p>
</article>`;

/**
 * The page of the sandbox that plays a report: what a RIS sends, and the link that a physician or a patient then clicks. It stands for
 * the RIS and the mailbox; it is no page of the product.
 */
export const reportPage = (page: ReportPage): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bac à sable : comptes rendus</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Bac à sable : comptes rendus</h1>
${page.failure === undefined ? '' : `<p class="failure" role="alert">${escape(page.failure)}</p>`}
<form method="post" action="/report">
<label>Patient de test <select name="patient">${options(page.patients)}</select></label>
<label>Examen <select name="exam">${options(page.exams)}</select></label>
<button>Envoyer le compte rendu</button>
</form>
${page.reports.map(article).join('\n')}
<h2>Se connecter</h2>
<p>Le navigateur doit trouver <code>${escape(page.host)}</code> sur cette machine : ligne
<code>127.0.0.1 ${escape(page.host)}</code> dans le fichier hosts, ou Chromium lancé avec
<code>--host-resolver-rules="MAP *.mesimagesmedicales.fr 127.0.0.1"</code>. Les certificats sont ceux du bac à
sable${page.caFile === undefined ? '' : ` (autorité : <code>${escape(page.caFile)}</code>)`}.</p>
<h3>Pro Santé Connect</h3>
${list(page.professionals)}
<h3>FranceConnect+</h3>
${list(page.identities)}
</main>
</body>
</html>
`;
