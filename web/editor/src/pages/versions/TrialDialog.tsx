import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Field, Input } from "~/ui";
import type { VersionDeeds } from "./useVersionDeeds";
import css from "./versions.module.css";

interface Props {
  readonly version: number;
  readonly percent: number;
  readonly deeds: VersionDeeds;
  readonly onClose: () => void;
}

/** How much of the events the version gets. */
export function TrialDialog({ version, percent, deeds, onClose }: Props) {
  const { t } = useTranslation();
  const [share, setShare] = useState(percent);
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    if (await deeds.begin(version, share)) {
      onClose();
    }
    setBusy(false);
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" busy={busy} onClick={() => void begin()}>
        {t("versions.trialBegin")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={t("versions.trialTitle", { version })}
      text={t("versions.trialText")}
      onClose={onClose}
      foot={foot}
    >
      <div className={css.share}>
        <Field label={t("versions.trialShare")}>
          <Input
            type="range"
            min={1}
            max={100}
            value={share}
            aria-valuetext={t("versions.percent", { percent: share })}
            onChange={(event) => setShare(Number(event.target.value))}
          />
        </Field>
        <strong aria-hidden>{t("versions.percent", { percent: share })}</strong>
      </div>
    </Dialog>
  );
}
