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
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
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
      <Button look={user.totp_on ? "danger" : "plain"} onClick={() => setOpen(true)}>
        {t(user.totp_on ? "settings.factorEnd" : "settings.factorBegin")}
      </Button>
      {open && user.totp_on ? <EndFactor user={user} onClose={close} /> : null}
      {open && !user.totp_on ? <NewFactor onClose={close} /> : null}
    </Section>
  );
}
