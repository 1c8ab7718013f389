export type Language = 'fr' | 'en';

interface Words {
  readonly title: string;
  readonly otherLanguage: string;
  readonly choose: string;
  readonly professional: string;
  readonly professionalHint: string;
  readonly patient: string;
  readonly patientHint: string;
  readonly remember: string;
  readonly data: string;
  readonly refusedTitle: string;
  readonly refused: string;
  readonly whom: (site: string) => string;
  readonly loginTitle: string;
  readonly loginFailed: string;
  readonly again: string;
  readonly linkTitle: string;
  readonly link: string;
  readonly expiredTitle: string;
  readonly expired: string;
  readonly awayTitle: string;
  readonly away: string;
  readonly busyTitle: string;
  readonly busy: string;
  readonly situationTitle: string;
  readonly situation: string;
  readonly noStructure: string;
  readonly loggedOutTitle: string;
  readonly loggedOut: string;
  readonly departure: string;
  readonly endFranceConnect: string;
  readonly endPsc: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  fr: {
    title: "Images de l'examen",
    otherLanguage: 'English',
    choose: 'Qui êtes-vous ?',
    professional: 'Professionnel de santé',
    professionalHint: 'Connexion avec Pro Santé Connect',
    patient: 'Patient',
    patientHint: 'Connexion avec FranceConnect+',
    remember: 'Retenir mon choix sur cet appareil',
    data: 'Votre identité sert à vérifier que vous pouvez voir cet examen. Chaque consultation est tracée.',
    refusedTitle: 'Cet examen ne peut pas être affiché',
    refused: 'Les images demandées ne peuvent pas vous être montrées ici.',
    whom: (site) => `Pour toute question, appelez le service d'imagerie qui a réalisé l'examen : ${site}.`,
    loginTitle: "La connexion n'a pas abouti",
    loginFailed: "Vous n'avez pas été connecté.",
    again: 'Recommencer',
    linkTitle: 'Ce lien est incomplet',
    link: "Ouvrez le lien tel qu'il figure dans le compte rendu, en entier.",
    expiredTitle: 'Votre session est terminée',
    expired: 'Pour revoir les images, ouvrez à nouveau le lien du compte rendu.',
    awayTitle: 'Le service est momentanément indisponible',
    away: 'Réessayez dans quelques minutes.',
    busyTitle: 'Trop de demandes',
    busy: 'Réessayez dans une minute.',
    situationTitle: "Votre situation d'exercice",
    situation: 'Dans quelle situation consultez-vous cet examen ?',
    noStructure: 'Sans structure',
    loggedOutTitle: 'Vous êtes déconnecté',
    loggedOut: 'Vous pouvez fermer cette page.',
    departure: "Sur un appareil partagé, fermez aussi la session du service d'identité.",
    endFranceConnect: 'Me déconnecter de FranceConnect+',
    endPsc: 'Me déconnecter de Pro Santé Connect',
  },
  en: {
    title: 'Images of the exam',
    otherLanguage: 'Français',
    choose: 'Who are you?',
    professional: 'Health professional',
    professionalHint: 'Sign in with Pro Santé Connect',
    patient: 'Patient',
    patientHint: 'Sign in with FranceConnect+',
    remember: 'Remember my choice on this device',
    data: 'Your identity is used to check that you may see this exam. Every visit is recorded.',
    refusedTitle: 'This exam cannot be shown',
    refused: 'The images you asked for cannot be shown to you here.',
    whom: (site) => `If you have any question, call the imaging department that made the exam: ${site}.`,
    loginTitle: 'You could not be signed in',
    loginFailed: 'You were not signed in.',
    again: 'Try again',
    linkTitle: 'This link is incomplete',
    link: 'Open the link as it stands in the report, the whole of it.',
    expiredTitle: 'Your session is over',
    expired: 'To see the images again, open the link of the report again.',
    awayTitle: 'The service is not available for the moment',
    away: 'Try again in a few minutes.',
    busyTitle: 'Too many requests',
    busy: 'Try again in a minute.',
    situationTitle: 'Your practice situation',
    situation: 'In which situation do you look at this exam?',
    noStructure: 'No structure',
    loggedOutTitle: 'You are logged out',
    loggedOut: 'You may close this page.',
    departure: 'On a shared device, end the session of the identity service too.',
    endFranceConnect: 'Log out of FranceConnect+',
    endPsc: 'Log out of Pro Santé Connect',
  },
};
