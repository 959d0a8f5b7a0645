import { useTranslation } from "react-i18next";
import { Button, Copy, Dialog } from "~/ui";
import css from "../settings.module.css";

interface Props {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}

/** Codes for when the program for codes is lost: shown this once. */
export function RecoveryCodes({ codes, onClose }: Props) {
  const { t } = useTranslation();
  const foot = (
    <>
      <Copy text={codes.join("\n")} label={t("settings.recoveryCopy")} />
      <Button look="primary" onClick={onClose}>
        {t("settings.recoveryDeed")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={t("settings.recovery")}
      text={t("settings.recoveryText")}
      onClose={onClose}
      foot={foot}
    >
      <ol className={css.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
    </Dialog>
  );
}
