import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Badge, Button } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";
import { EndFactor } from "./EndFactor";
import { NewFactor } from "./NewFactor";

/** Codes of a program, besides the password. */
export function SecondFactor({ user }: { readonly user: models.User }) {
  const { t } = useTranslation();
  // What was begun stays, though the account says meanwhile that it is done: the codes are shown last.
  const [open, setOpen] = useState<"new" | "end" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section title={t("settings.factor")} text={t("settings.factorText")}>
      <p>
        {user.totp_on ? (
          <Badge tone="good">
            <ShieldCheck aria-hidden />
            {t("settings.factorOn")}
          </Badge>
        ) : (
          <Badge>
            <ShieldOff aria-hidden />
            {t("settings.factorOff")}
          </Badge>
        )}
      </p>
      <div className={css.gap} />
      <Button
        look={user.totp_on ? "danger" : "plain"}
        onClick={() => setOpen(user.totp_on ? "end" : "new")}
      >
        {t(user.totp_on ? "settings.factorEnd" : "settings.factorBegin")}
      </Button>
      {open === "end" ? <EndFactor user={user} onClose={close} /> : null}
      {open === "new" ? <NewFactor onClose={close} /> : null}
    </Section>
  );
}
