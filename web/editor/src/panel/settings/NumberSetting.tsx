import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Input } from "~/ui";

interface Props {
  readonly name: string;
  readonly value: number | null | undefined;
  /** What counts where it is empty. */
  readonly usual: string;
  readonly onChange: (value: number | null) => void;
  readonly least?: number;
}

/** A number that may be left to whoever knows better. */
export function NumberSetting({ name, value, usual, onChange, least = 0 }: Props) {
  const { t } = useTranslation();
  const [typing, setTyping] = useState<string | null>(null);
  const number = Number(typing);
  const wrong = typing !== null && typing.trim() !== "" && !(number >= least);
  return (
    <Field
      label={t(`panel.settings.numbers.${name}`)}
      hint={t(`panel.settings.numberHints.${name}`)}
      wrong={wrong ? t("panel.settings.atLeast", { least }) : undefined}
    >
      <Input
        inputMode="decimal"
        placeholder={usual}
        value={typing ?? (value == null ? "" : String(value))}
        onChange={(event) => {
          const text = event.target.value;
          setTyping(text);
          if (text.trim() === "") {
            onChange(null);
          } else if (Number(text) >= least) {
            onChange(Number(text));
          }
        }}
        onBlur={() => setTyping((text) => (wrong ? text : null))}
      />
    </Field>
  );
}
