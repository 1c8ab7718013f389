import { reportPage } from './report-page.js';

const REPORT = {
  number: 902,
  patient: '<b>ZOÉ</b>',
  exam: 'Scanner "A"',
  link: 'https://vi1.990.mesimagesmedicales.fr:4/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2',
  state: 'acquittement AA',
};
const PAGE = {
  reports: [REPORT],
  patients: [{ value: 'accents', label: "D'Étœile" }],
  exams: [{ value: 'ct', label: 'Scanner' }],
  professionals: ['Médecin radiologue'],
  identities: ['Zoé'],
  host: 'vi1.990.mesimagesmedicales.fr',
  caFile: undefined,
};

it('shows a report with its link, and every text as text', () => {
  const page = reportPage(PAGE);
  expect(page).toContain(
    'href="https://vi1.990.mesimagesmedicales.fr:4/IHEInvokeImageDisplay?requestType=STUDY&amp;studyUID=1.2"',
  );
  expect(page).toContain('&lt;b&gt;ZOÉ&lt;/b&gt;');
  expect(page).toContain('<option value="accents">D\'Étœile</option>');
  expect(page).not.toContain('role="alert"');
});

it('says why a report was not played', () => {
  expect(reportPage({ ...PAGE, failure: 'Patient ou examen inconnu.' })).toContain(
    'role="alert">Patient ou examen inconnu.<',
  );
});
