import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { Button, Dialog, Failure, Field, Input, TextArea } from "~/ui";
import { tell } from "~/ui/told";
import { saveFirst } from "./saveFirst";

/** Keep the workflow as something that others begin with. */
export function TemplateDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const known = useEditing((editing) => editing.history.document);
  const [name, setName] = useState(known.name);
  const [description, setDescription] = useState(known.description ?? "");
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await saveFirst();
      const { workflow } = useEditing.getState();
      await api().addTemplate({ workflow, name: name.trim(), description: description.trim() });
      void cache.invalidateQueries({ queryKey: ["templates"] });
      tell(t("canvas.templateKept"));
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={t("canvas.templateTitle")}
      text={t("canvas.templateText")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" busy={busy} disabled={!name.trim()} onClick={() => void keep()}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <Field label={t("common.name")}>
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t("canvas.description")}>
        <TextArea
          rows={3}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
      {failure ? <Failure error={failure} /> : null}
    </Dialog>
  );
}
