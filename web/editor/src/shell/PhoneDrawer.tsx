import { Link } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useTranslation } from "react-i18next";
import { carryOut } from "~/keys/keys";
import { Button, IconButton } from "~/ui";
import { HelpMenu } from "./HelpMenu";
import css from "./shell.module.css";
import { UserMenu } from "./UserMenu";
import { usePlaces } from "./usePlaces";
import { WorkspaceSwitch } from "./WorkspaceSwitch";

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Every place there is, over the screen of a phone. */
export function PhoneDrawer({ open, onClose }: Props) {
  const { t } = useTranslation();
  const places = usePlaces();
  const find = () => {
    onClose();
    carryOut("palette");
  };
  return (
    <Dialog.Root open={open} onOpenChange={(now) => now || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={css.scrim} />
        <Dialog.Content
          className={css.drawer}
          aria-describedby={undefined}
          // The first button would say what it is before anybody asked.
          onOpenAutoFocus={(event) => event.preventDefault()}
        >
          <header className={css.drawerHead}>
            <Dialog.Title asChild>
              <h2>{t("shell.everything")}</h2>
            </Dialog.Title>
            <IconButton label={t("common.close")} onClick={onClose}>
              <X />
            </IconButton>
          </header>
          <WorkspaceSwitch narrow={false} />
          <div className={css.drawerPlaces}>
            {places.map(({ to, word, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                className={css.drawerPlace}
                activeProps={{ "data-active": "true" }}
                onClick={onClose}
              >
                <Icon aria-hidden size={18} />
                <span>{t(`shell.${word}`)}</span>
              </Link>
            ))}
          </div>
          <footer className={css.drawerFoot}>
            <Button onClick={find}>
              <Search aria-hidden />
              {t("shell.find")}
            </Button>
            <HelpMenu />
            <UserMenu narrow />
          </footer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
