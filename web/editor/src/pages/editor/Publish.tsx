import { Rocket } from "lucide-react";
import { Switch } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { Button, confirm, Tip } from "~/ui";
import { tell, tellFailure } from "~/ui/told";
import css from "./editor.module.css";

const PublishDialog = lazy(async () => ({
  default: (await import("./PublishDialog")).PublishDialog,
}));

/** Making the draft a version, and letting events start it. */
export function Publish() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const mayPublish = useGrant("workflow:publish");
  const about = useEditing((editing) => editing.about);
  const readOnlyFor = useEditing((editing) => editing.readOnlyFor);
  const [busy, setBusy] = useState(false);
  const active = about?.active_version ?? null;
  const able = mayPublish && readOnlyFor !== "archived";
  const toggle = async () => {
    if (!about || busy) {
      return;
    }
    if (active === null && about.latest === 0) {
      setOpen(true);
      return;
    }
    setBusy(true);
    try {
      await turn(about.id, active !== null, t);
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  useCommand("workflow.publish", () => setOpen(true), able);
  useCommand("workflow.activate", () => void toggle(), able);
  if (!about) {
    return null;
  }
  const state =
    active === null ? t("canvas.inactive") : t("canvas.activeVersion", { number: active });
  return (
    <span className={css.publish}>
      <Tip text={`${state}. ${t("canvas.activeHint")}`}>
        <span className={css.switchFrame}>
          <Switch.Root
            className={css.switch}
            checked={active !== null}
            disabled={!able || busy}
            aria-label={t("canvas.active")}
            onCheckedChange={() => void toggle()}
          >
            <Switch.Thumb className={css.thumb} />
          </Switch.Root>
          <span className={css.switchText} aria-hidden="true">
            {active === null ? t("canvas.inactive") : t("canvas.active")}
          </span>
        </span>
      </Tip>
      {able ? (
        <Button data-tour="publish" onClick={() => setOpen(true)}>
          <Rocket aria-hidden />
          <span className={css.wideText}>{t("canvas.publish")}</span>
        </Button>
      ) : null}
      <Suspense>{open ? <PublishDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </span>
  );
}

async function turn(
  workflow: string,
  off: boolean,
  t: ReturnType<typeof useTranslation>["t"],
): Promise<void> {
  if (!off) {
    useEditing.setState({ about: await api().activateWorkflow(workflow) });
    tell(t("canvas.activated"));
    return;
  }
  const asked = {
    title: t("canvas.deactivateTitle"),
    text: t("canvas.deactivateText"),
    deed: t("canvas.deactivate"),
  };
  if (await confirm(asked)) {
    await api().deactivateWorkflow(workflow);
    useEditing.setState(({ about }) => ({ about: about && { ...about, active_version: null } }));
    tell(t("canvas.deactivated"));
  }
}
