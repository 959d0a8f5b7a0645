/** An- und Abmelden, der erste Start, Einladungen. */
export const account = {
  acceptAs: "Als {{name}} beitreten",
  anotherLink: "Einen anderen Link anfordern",
  backToSignIn: "Zurück zur Anmeldung",
  code: "Code",
  codeHint: "Aus Ihrer Authenticator-App, oder einer Ihrer Wiederherstellungscodes.",
  codeTitle: "Code eingeben",
  email: "E-Mail",
  ended: "Ihre Sitzung ist abgelaufen. Melden Sie sich an, und es geht da weiter, wo Sie waren.",
  for: "Für",
  forgotten: "Passwort vergessen?",
  forgottenDeed: "Link senden",
  forgottenSent:
    "Wenn jemand die Adresse {{email}} hat, ist ein Link unterwegs. Er gilt eine Stunde. Ist kein Mailversand eingerichtet, kann ein Eigentümer dieses Servers den Link erstellen.",
  forgottenText: "Wir senden Ihnen einen Link, über den Sie ein neues wählen.",
  forgottenTitle: "Passwort vergessen",
  goOn: "Ohne sie weiter",
  goodUntil: "Gültig bis",
  haveAccount: "Ich habe ein Konto",
  hide: "Passwort verbergen",
  invited: "Sie sind eingeladen",
  invitedText: "Treten Sie bei, um gemeinsam Abläufe zu bauen und auszuführen.",
  join: "Konto anlegen und beitreten",
  level: {
    fair: "Gut genug",
    good: "Stark",
    short: "Mindestens 10 Zeichen",
    weak: "Leicht zu erraten",
  },
  name: "Name",
  newPassword: "Neues Passwort",
  noOwner: "Dieser Server hat noch keinen Eigentümer",
  noOwnerText:
    "Öffnen Sie den Link, den der Server beim Start ausgegeben hat. Er gilt 15 Minuten; ein Neustart gibt einen neuen aus.",
  or: "oder",
  password: "Passwort",
  passwordHint: "Ein paar Wörter hintereinander sind leicht zu merken und schwer zu erraten.",
  product: "Penstock",
  register: "Konto anlegen",
  registrationClosed:
    "Konten entstehen hier durch Einladungen. Bitten Sie jemanden, der eines hat, Sie einzuladen.",
  resetDeed: "Passwort festlegen",
  resetText: "Danach sind Sie angemeldet; alle anderen Sitzungen enden.",
  resetTitle: "Neues Passwort wählen",
  role: "Rolle",
  setUp: "Willkommen bei Penstock",
  setUpDeed: "Eigentümer anlegen",
  setUpDone: "Dieser Server ist eingerichtet",
  setUpDoneText:
    "Er hat schon einen Eigentümer. Melden Sie sich an, oder bitten Sie um eine Einladung.",
  setUpText:
    "Legen Sie das erste Konto an. Ihm gehört dieser Server; andere können Sie später einladen.",
  show: "Passwort zeigen",
  signIn: "Anmelden",
  signInWith: "Mit {{name}} anmelden",
  strength: "Stärke des Passworts",
  wayFailed:
    "Die Anmeldung über den anderen Dienst ist nicht gelungen. Versuchen Sie es noch einmal, oder nehmen Sie Ihr Passwort.",
  wayFailedFor: {
    account_denied:
      "Niemand hier meldet sich so an. Bitten Sie um eine Einladung, oder nehmen Sie Ihr Passwort.",
    sign_in_too_many:
      "Zu viele Versuche. Warten Sie eine Minute, und versuchen Sie es dann noch einmal.",
    single_use_expired:
      "Das hat zu lange gedauert oder war schon erledigt. Versuchen Sie es noch einmal.",
  },
};
