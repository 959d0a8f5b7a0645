import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { Button, Dialog, Field, Input, Select, said, TextArea, tell } from "~/ui";
import { KINDS, type Kind, kindOf, looksSecret, read, typed } from "./kinds";
import css from "./variables.module.css";

interface Props {
  /** Left out: a new one. */
  readonly variable?: models.Variable;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

const FORM = "variable-form";
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A variable: its name, what it holds and what it is for. */
export function VariableDialog({ variable, taken, onClose }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(variable?.name ?? "");
  const [kind, setKind] = useState<Kind>(variable ? kindOf(variable.value) : "text");
  const [text, setText] = useState(variable ? typed(variable.value) : "");
  const [description, setDescription] = useState(variable?.description ?? "");
  const [wrong, setWrong] = useState<{ name?: string; value?: string }>({});
  const [busy, setBusy] = useState(false);

  const save = async () => {
    const found = read(kind, text);
    if (!variable && !NAME.test(name)) {
      setWrong({ name: t("variables.wrongName") });
      return;
    }
    if (!variable && taken.includes(name)) {
      setWrong({ name: t("variables.taken") });
      return;
    }
    if ("wrong" in found) {
      setWrong({ value: t(`variables.wrong_${found.wrong}`) });
      return;
    }
    setBusy(true);
    try {
      await api().setVariable(name, { value: found.value, description });
      await cache.invalidateQueries({ queryKey: ["variables"] });
      tell(t("variables.saved", { name }));
      onClose();
    } catch (error) {
      const { message, field } = said(error);
      setWrong(field.endsWith("name") ? { name: message } : { value: message });
      setBusy(false);
    }
  };
  const change = (next: Kind) => {
    setKind(next);
    if (next === "boolean") {
      setText(text === "true" ? "true" : "false");
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={FORM} busy={busy}>
        {t("common.save")}
      </Button>
    </>
  );
  const title = variable ? t("variables.change", { name: variable.name }) : t("variables.new");
  return (
    <Dialog open title={title} onClose={onClose} foot={foot}>
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t("common.name")} hint={t("variables.nameHint")} wrong={wrong.name}>
          <Input
            value={name}
            readOnly={variable !== undefined}
            autoFocus={variable === undefined}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t("variables.kind")}>
          <Select
            value={kind}
            onChange={(event) => change(KINDS.find((one) => one === event.target.value) ?? "text")}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`variables.kind_${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("variables.value")} wrong={wrong.value}>
          {kind === "boolean" ? (
            <Select value={text} onChange={(event) => setText(event.target.value)}>
              <option value="true">{t("common.yes")}</option>
              <option value="false">{t("common.no")}</option>
            </Select>
          ) : (
            <TextArea
              rows={kind === "json" ? 7 : 3}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {looksSecret(name, text) ? (
          <p className={css.warning} role="status">
            <TriangleAlert size={16} aria-hidden /> {t("variables.secret")}
          </p>
        ) : null}
        <Field label={`${t("variables.description")} (${t("common.optional")})`}>
          <Input
            value={description}
            maxLength={1_000}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
