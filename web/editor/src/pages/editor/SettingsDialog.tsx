import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflows } from "~/api/workflows";
import { useEditing } from "~/editing/store";
import { Button, Check, Dialog, Field, Input, Select, Tabs, TextArea } from "~/ui";
import css from "./editor.module.css";
import {
  faultOf,
  PARTS,
  type Part,
  type Setting,
  type Values,
  valuesOf,
  writeValues,
} from "./settings";

/** How the whole workflow runs. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() => valuesOf(useEditing.getState().history.document));
  const [part, setPart] = useState("about");
  const readOnly = useEditing((editing) => editing.readOnly);
  const set = (path: string, text: string) => setValues((now) => ({ ...now, [path]: text }));
  const wrong = PARTS.some((one) =>
    one.settings.some((setting) => faultOf(setting, values[setting.path] ?? "") !== ""),
  );
  const keep = () => {
    const { edit } = useEditing.getState();
    edit(t("canvas.settingsChanged"), (draft) => writeValues(draft, values));
    onClose();
  };
  const about = () => (
    <fieldset className={css.settings} disabled={readOnly}>
      <Field label={t("canvas.description")} hint={t("canvas.descriptionHint")}>
        <TextArea
          rows={5}
          value={values.description ?? ""}
          onChange={(event) => set("description", event.target.value)}
        />
      </Field>
    </fieldset>
  );
  const tabs = PARTS.map((one) => ({
    id: one.id,
    title: t(`canvas.setting.part.${one.id}`),
    body: () => <Fields part={one} values={values} onSet={set} disabled={readOnly} />,
  }));
  return (
    <Dialog
      open
      wide
      title={t("canvas.settings")}
      onClose={onClose}
      foot={
        readOnly ? null : (
          <>
            <Button onClick={onClose}>{t("common.cancel")}</Button>
            <Button look="primary" disabled={wrong} onClick={keep}>
              {t("common.apply")}
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={t("canvas.settings")}
        chosen={part}
        onChoose={setPart}
        tabs={[{ id: "about", title: t("canvas.setting.part.about"), body: about }, ...tabs]}
      />
    </Dialog>
  );
}

interface FieldsProps {
  readonly part: Part;
  readonly values: Values;
  readonly onSet: (path: string, text: string) => void;
  readonly disabled: boolean;
}

function Fields({ part, values, onSet, disabled }: FieldsProps) {
  return (
    <fieldset className={css.settings} disabled={disabled}>
      {part.settings.map((setting) => (
        <OneSetting
          key={setting.path}
          setting={setting}
          value={values[setting.path] ?? ""}
          onSet={(text) => onSet(setting.path, text)}
        />
      ))}
    </fieldset>
  );
}

interface OneProps {
  readonly setting: Setting;
  readonly value: string;
  readonly onSet: (text: string) => void;
}

function OneSetting({ setting, value, onSet }: OneProps) {
  const { t } = useTranslation();
  const word = `canvas.setting.${setting.path.replace(".", "_")}`;
  const fault = faultOf(setting, value);
  const given = { label: t(`${word}.label`), hint: t(`${word}.hint`) };
  if (setting.kind === "check") {
    return (
      <div>
        <Check
          label={given.label}
          checked={value === "true"}
          onChange={(event) => onSet(event.target.checked ? "true" : "")}
        />
        <p className={css.quiet}>{given.hint}</p>
      </div>
    );
  }
  if (setting.kind === "choice") {
    return (
      <Field {...given}>
        <Select value={value || setting.usual} onChange={(event) => onSet(event.target.value)}>
          {(setting.choices ?? []).map((choice) => (
            <option key={choice} value={choice}>
              {t(`${word}.${choice}`)}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  if (setting.kind === "workflow") {
    return <WorkflowField {...given} value={value} onSet={onSet} />;
  }
  const { least, above, most = "∞" } = setting;
  const range = { least, above, most };
  return (
    <Field {...given} wrong={fault ? t(`canvas.setting.wrong.${fault}`, range) : undefined}>
      <Input
        value={value}
        inputMode={setting.kind === "number" ? "numeric" : "text"}
        placeholder={setting.usual ?? t("canvas.setting.none")}
        onChange={(event) => onSet(event.target.value)}
      />
    </Field>
  );
}

interface WorkflowFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onSet: (text: string) => void;
}

function WorkflowField({ label, hint, value, onSet }: WorkflowFieldProps) {
  const { t } = useTranslation();
  const own = useEditing((editing) => editing.workflow);
  const { data = [] } = useWorkflows();
  const known = value === "" || data.some((one) => one.id === value);
  return (
    <Field label={label} hint={hint}>
      <Select value={value} onChange={(event) => onSet(event.target.value)}>
        <option value="">{t("common.none")}</option>
        {known ? null : <option value={value}>{value}</option>}
        {data
          .filter((one) => one.id !== own)
          .map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
      </Select>
    </Field>
  );
}
