import { Link } from "@tanstack/react-router";
import { PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { carryOut, keysOf } from "~/keys/keys";
import { IconButton, Tip } from "~/ui";
import { HelpMenu } from "./HelpMenu";
import { useNavigating, useWideScreen } from "./navigating";
import type { Place } from "./places";
import css from "./shell.module.css";
import { UserMenu } from "./UserMenu";
import { usePlaces } from "./usePlaces";
import { WorkspaceSwitch } from "./WorkspaceSwitch";

/** The way around, at the left edge; icons alone where the screen needs the width. */
export function Navigation() {
  const { t } = useTranslation();
  const { narrow: chosen, toggle } = useNavigating();
  const wide = useWideScreen();
  const narrow = chosen || wide;
  return (
    <div className={css.side} data-narrow={narrow || undefined}>
      <WorkspaceSwitch narrow={narrow} />
      <FindButton narrow={narrow} />
      <nav className={css.places} aria-label={t("shell.navigation")}>
        {usePlaces().map((place) => (
          <PlaceLink key={place.to} place={place} narrow={narrow} />
        ))}
      </nav>
      <div className={css.foot}>
        {wide ? null : (
          <IconButton label={t(narrow ? "shell.widen" : "shell.narrow")} onClick={toggle}>
            {narrow ? <PanelLeftOpen /> : <PanelLeftClose />}
          </IconButton>
        )}
        <HelpMenu />
        <UserMenu narrow={narrow} />
      </div>
    </div>
  );
}

function FindButton({ narrow }: { readonly narrow: boolean }) {
  const { t } = useTranslation();
  const keys = keysOf("palette");
  const open = () => carryOut("palette");
  if (narrow) {
    return (
      <IconButton label={t("shell.find")} keys={keys} onClick={open} data-tour="find">
        <Search />
      </IconButton>
    );
  }
  return (
    <button type="button" className={css.find} onClick={open} data-tour="find">
      <Search aria-hidden size={16} />
      <span>{t("shell.find")}</span>
      <kbd>{keys}</kbd>
    </button>
  );
}

function PlaceLink({ place, narrow }: { readonly place: Place; readonly narrow: boolean }) {
  const { t } = useTranslation();
  const name = t(`shell.${place.word}`);
  const Icon = place.icon;
  const link = (
    <Link
      to={place.to}
      className={`${css.place} ${place.apart ? css.apart : ""}`}
      activeProps={{ "data-active": "true" }}
      aria-label={name}
    >
      <Icon aria-hidden size={18} />
      {narrow ? null : <span>{name}</span>}
    </Link>
  );
  return narrow ? <Tip text={name}>{link}</Tip> : link;
}
