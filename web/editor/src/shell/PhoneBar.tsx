import { Link, useRouterState } from "@tanstack/react-router";
import { Menu as Lines } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { PhoneDrawer } from "./PhoneDrawer";
import css from "./shell.module.css";
import { usePlaces } from "./usePlaces";

/** The way around on a phone: what is needed there at the lower edge, the rest behind a button. */
export function PhoneBar() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const at = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with it
  useEffect(() => setOpen(false), [at]);
  const places = usePlaces().filter((place) => place.phone);
  return (
    <nav className={css.bar} aria-label={t("shell.navigation")}>
      {places.map(({ to, word, icon: Icon }) => (
        <Link key={to} to={to} className={css.barPlace} activeProps={{ "data-active": "true" }}>
          <Icon aria-hidden size={20} />
          <span>{t(`shell.${word}`)}</span>
        </Link>
      ))}
      <button
        type="button"
        className={css.barPlace}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Lines aria-hidden size={20} />
        <span>{t("common.more")}</span>
      </button>
      <PhoneDrawer open={open} onClose={() => setOpen(false)} />
    </nav>
  );
}
