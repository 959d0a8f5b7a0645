import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { takenBy } from "~/keys/chosen";
import { COMMANDS, type Command } from "~/keys/commands";
import { chooseKeys, IS_MAC, keysFor, readable, useKeys } from "~/keys/keys";
import { written } from "~/keys/match";
import { wordOf } from "~/keys/word";
import { Button, Dialog } from "~/ui";
import css from "../settings.module.css";

interface Props {
  readonly command: Command;
  readonly onClose: () => void;
}

/** Listens for the keys that a command is to have, and says who has them already. */
export function ChooseKeys({ command, onClose }: Props) {
  const { t } = useTranslation();
  const chosen = useKeys((keys) => keys.chosen);
  const [keys, setKeys] = useState("");
  const taken = keys ? takenBy(keys, command, COMMANDS, chosen) : undefined;
  const name = t(wordOf(command.id));
  const listen = (event: KeyboardEvent) => {
    // Tab goes on to the buttons, and Escape closes: they stay what they are everywhere.
    if (event.key === "Tab" || (event.key === "Escape" && keys !== "")) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    setKeys(written(event.nativeEvent, IS_MAC) ?? keys);
  };
  const keep = () => {
    if (taken) {
      chooseKeys(
        taken.id,
        keysFor(taken.id).filter((one) => one !== keys),
      );
    }
    chooseKeys(command.id, [keys]);
    onClose();
  };
  const none = () => {
    chooseKeys(command.id, []);
    onClose();
  };
  const foot = (
    <>
      <Button onClick={none}>{t("settings.noKeys")}</Button>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look={taken ? "danger" : "primary"} disabled={!keys} onClick={keep}>
        {t(taken ? "settings.keysTake" : "common.save")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={t("settings.keysOf", { name })}
      text={t("settings.keysPress")}
      onClose={onClose}
      foot={foot}
    >
      <input
        data-first
        className={css.press}
        aria-label={t("settings.keysPress")}
        readOnly
        value={keys ? readable(keys) : "…"}
        onKeyDown={listen}
      />
      <p role="alert" className={css.taken}>
        {taken ? t("settings.keysTaken", { name: t(wordOf(taken.id)) }) : null}
      </p>
    </Dialog>
  );
}
