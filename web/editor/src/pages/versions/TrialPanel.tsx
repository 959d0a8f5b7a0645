import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import { Button, confirm, When } from "~/ui";
import { TrialDialog } from "./TrialDialog";
import type { VersionDeeds } from "./useVersionDeeds";
import css from "./versions.module.css";

interface Props {
  readonly trial: models.Trial;
  readonly active: number | null;
  readonly deeds: VersionDeeds;
}

/** How the version on trial does, and how to end it either way. */
export function TrialPanel({ trial, active, deeds }: Props) {
  const { t } = useTranslation();
  const { count, share } = useFigures();
  const mayPublish = useGrant("workflow:publish");
  const [asking, setAsking] = useState(false);
  const { version, percent, finished, failed, ended_ms, reason } = trial;
  const end = async () => {
    const yes = await confirm({
      title: t("versions.trialEndTitle", { version }),
      text: t("versions.trialEndText"),
      deed: t("versions.trialEnd"),
    });
    if (yes) {
      await deeds.end();
    }
  };
  return (
    <section className={css.trial} aria-label={t("versions.trial")} data-ended={ended_ms !== null}>
      <h2>
        <FlaskConical size={18} aria-hidden />
        {t(ended_ms === null ? "versions.trialOf" : "versions.trialWas", { version })}
      </h2>
      <dl className={css.figures}>
        <div>
          <dt>{t("versions.trialShare")}</dt>
          <dd>{t("versions.percent", { percent })}</dd>
        </div>
        <div>
          <dt>{t("versions.trialFinished")}</dt>
          <dd>{count(finished)}</dd>
        </div>
        <div>
          <dt>{t("versions.trialFailed")}</dt>
          <dd>
            {count(failed)} {finished ? `(${share(failed / finished)})` : ""}
          </dd>
        </div>
        <div>
          <dt>{t(ended_ms === null ? "versions.trialSince" : "versions.trialEndedAt")}</dt>
          <dd>
            <When ms={ended_ms ?? trial.since_ms} ago />
          </dd>
        </div>
      </dl>
      {ended_ms !== null && reason ? <p className={css.quiet}>{reason}</p> : null}
      {ended_ms === null && mayPublish ? (
        <div className={css.deeds}>
          <Button look="primary" onClick={() => void deeds.activate(version, active)}>
            {t("versions.trialKeep", { version })}
          </Button>
          <Button onClick={() => setAsking(true)}>{t("versions.trialChange")}</Button>
          <Button look="danger" onClick={() => void end()}>
            {t("versions.trialEnd")}
          </Button>
        </div>
      ) : null}
      {asking ? (
        <TrialDialog
          version={version}
          percent={percent}
          deeds={deeds}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}
