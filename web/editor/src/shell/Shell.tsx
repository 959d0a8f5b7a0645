import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SheetHost } from "~/keys/SheetHost";
import { LibraryCommands } from "~/pages/workflows/LibraryCommands";
import { TourHost } from "~/tour/TourHost";
import { Navigation } from "./Navigation";
import { Offline } from "./Offline";
import { PhoneBar } from "./PhoneBar";
import { PaletteHost } from "./palette/PaletteHost";
import { useRememberWorkflows } from "./recents";
import css from "./shell.module.css";
import { useShellCommands } from "./useShellCommands";
import { useSignedOut } from "./useSignedOut";

/** What stays while screens change: the way around, the screen beside it, what lies over both. */
export function Shell() {
  const { t } = useTranslation();
  useShellCommands();
  useSignedOut();
  useRememberWorkflows();
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        {t("shell.skip")}
      </a>
      <Navigation />
      <div className={css.main}>
        <Offline />
        <div className={css.screen}>
          <Outlet />
        </div>
      </div>
      <PhoneBar />
      <LibraryCommands />
      <PaletteHost />
      <SheetHost />
      <TourHost />
    </div>
  );
}
