import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { Button, Check, Dialog, Failure, Field, TextArea } from "~/ui";
import { tell } from "~/ui/told";
import css from "./editor.module.css";
import { saveFirst } from "./saveFirst";

const LONGEST = 2_000;

/** What somebody says about the version that he publishes. */
export function PublishDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const about = useEditing((editing) => editing.about);
  const errors = useEditing(
    (editing) => editing.findings.filter((one) => one.level !== "warning").length,
  );
  const [note, setNote] = useState("");
  const [activate, setActivate] = useState(true);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const publish = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const made = await published({ note: note.trim(), activate });
      tell(t(activate ? "canvas.publishedActive" : "canvas.published", { number: made }));
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={t("canvas.publishTitle", { number: (about?.latest ?? 0) + 1 })}
      text={t("canvas.publishText")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void publish()}>
            {t("canvas.publish")}
          </Button>
        </>
      }
    >
      {errors > 0 ? (
        <p className={css.warning} role="status">
          <CircleAlert aria-hidden size={16} /> {t("canvas.publishErrors", { count: errors })}
        </p>
      ) : null}
      <Field label={t("canvas.publishNote")} hint={t("canvas.publishNoteHint")}>
        <TextArea
          rows={3}
          maxLength={LONGEST}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Field>
      <Check
        label={t("canvas.publishActivate")}
        checked={activate}
        onChange={(event) => setActivate(event.target.checked)}
      />
      {about && about.latest > 0 ? (
        <p>
          <Link to="/workflows/$workflow/versions" params={{ workflow: about.id }}>
            {t("canvas.seeVersions")}
          </Link>
        </p>
      ) : null}
      {failure ? <Failure error={failure} /> : null}
    </Dialog>
  );
}

/** The draft as it is on the screen; gives back the number of the version. */
async function published(body: { note: string; activate: boolean }): Promise<number> {
  await saveFirst();
  const { workflow } = useEditing.getState();
  const version = await api().publishWorkflow(workflow, body);
  const { value } = await api().showWorkflow(workflow);
  useEditing.setState({ about: value.workflow });
  void cache.invalidateQueries({ queryKey: ["versions"] });
  return version.number;
}
