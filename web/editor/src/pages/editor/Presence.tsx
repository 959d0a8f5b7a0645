import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useConnection, usePresence } from "~/api/live";
import { Tip } from "~/ui";
import css from "./editor.module.css";
import { initialsOf } from "./initials";

const MOST = 4;

/** Who else has the workflow open, and whether this page hears of it. */
export function Presence({ workflow }: { readonly workflow: string }) {
  const { t } = useTranslation();
  const people = usePresence(workflow);
  const connection = useConnection();
  const names = people.map((one) => one.name);
  return (
    <span className={css.people}>
      {connection === "off" ? (
        <Tip text={t("canvas.notLive")}>
          <span className={css.offline} role="img" aria-label={t("canvas.notLive")}>
            <WifiOff aria-hidden size={16} />
          </span>
        </Tip>
      ) : null}
      {people.slice(0, MOST).map((one) => (
        <Tip key={one.id} text={t("canvas.isHere", { name: one.name })}>
          <span
            className={css.person}
            role="img"
            aria-label={t("canvas.isHere", { name: one.name })}
          >
            {initialsOf(one.name)}
          </span>
        </Tip>
      ))}
      {people.length > MOST ? (
        <Tip text={names.slice(MOST).join(", ")}>
          <span className={css.person}>+{people.length - MOST}</span>
        </Tip>
      ) : null}
    </span>
  );
}
