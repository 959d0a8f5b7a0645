/** Der Rundgang für alle, die neu sind. */
export const tour = {
  add: {
    text: "Drücken Sie {{keys}} oder das Plus hinter einem Schritt, und suchen Sie, was als Nächstes geschehen soll. Strg oder ⌘ mit Z macht alles rückgängig.",
    title: "Schritt hinzufügen",
  },
  count: "{{number}} von {{all}}",
  done: "Fertig",
  find: {
    text: "{{keys}} findet Befehle, Abläufe und Knoten. ? zeigt alle Tasten. Diesen Rundgang finden Sie im Hilfemenü.",
    title: "Alles finden",
  },
  open: {
    text: "Klicken Sie doppelt auf einen Knoten, oder drücken Sie {{keys}}. Links steht, was hineingeht, in der Mitte, was er tut, rechts, was herauskommt.",
    title: "In einen Knoten schauen",
  },
  publish: {
    text: "Sie arbeiten an einem Entwurf, der sich selbst speichert. Erst was Sie veröffentlichen, führen Zeitpläne und Webhooks aus.",
    title: "Veröffentlichen, wenn es fertig ist",
  },
  run: {
    text: "Dieser Ablauf läuft so, wie er ist. Drücken Sie auf Ausführen oder {{keys}}, und sehen Sie den Schritten zu.",
    title: "Führen Sie ihn aus",
  },
  skip: "Rundgang beenden",
  workflow: "Hallo",
};
